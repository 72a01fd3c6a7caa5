import { shutdownTelemetry } from '@parley/telemetry'
import type { App } from './app.ts'
import { isDraining, markDraining } from './lifecycle.ts'

const IDLE_SWEEP_MS = 100
/** Connections the system holds until they are accepted; the usual 511 are too few when all clients of a lost replica come. */
const BACKLOG = 4_096

export interface RunOptions {
  host: string
  /** 0 lets the system choose. */
  port: number
  /** After this the process ends even with work unfinished. */
  shutdownTimeoutMs: number
  /** Closes what the service opened (database, bus, clients), after the server is closed. */
  close: () => Promise<void>
  /** Runs when the service is marked not ready and before the server closes: finish or hand over long work. */
  onDrain?: () => Promise<void>
}

export interface RunningService {
  url: string
  /** Drains and ends the process; calling it twice is harmless. */
  drain: (reason: string) => Promise<void>
}

/**
 * Listens, and drains on SIGTERM, SIGINT or when the parent process goes away (its IPC channel closes): not ready,
 * `onDrain`, server closed once its requests are answered, `close`, spans sent, exit 0. Exit 1 when that takes longer
 * than `shutdownTimeoutMs` or something was thrown past every handler.
 */
export async function runService(app: App, options: RunOptions): Promise<RunningService> {
  const url = await app.listen({ host: options.host, port: options.port, backlog: BACKLOG })
  app.log.info({ url }, 'listening')
  const hasParent = process.send !== undefined
  if (process.connected) process.send?.({ ready: true, url })

  const drain = async (reason: string): Promise<void> => {
    if (isDraining(app)) return
    markDraining(app)
    app.log.info({ reason }, 'draining')
    setTimeout(() => {
      app.log.error({ timeoutMs: options.shutdownTimeoutMs }, 'drain took too long')
      process.exit(1)
    }, options.shutdownTimeoutMs).unref()
    try {
      await options.onDrain?.()
      await closeServer(app)
      await options.close()
      await shutdownTelemetry()
      app.log.info('stopped')
      process.exit(0)
    } catch (error) {
      app.log.error({ err: error }, 'drain failed')
      process.exit(1)
    }
  }

  process.on('SIGTERM', () => void drain('SIGTERM'))
  process.on('SIGINT', () => void drain('SIGINT'))
  process.on('disconnect', () => void drain('parent gone'))
  process.on('uncaughtException', (error) => {
    app.log.fatal({ err: error }, 'uncaught exception')
    process.exit(1)
  })
  process.on('unhandledRejection', (reason) => {
    app.log.fatal({ err: reason }, 'unhandled rejection')
    process.exit(1)
  })
  if (hasParent && !process.connected) void drain('parent gone')
  return { url, drain }
}

/** Node waits for kept connections that become idle only after `close`: they are closed as they do. */
async function closeServer(app: App): Promise<void> {
  const sweep = setInterval(() => app.server.closeIdleConnections(), IDLE_SWEEP_MS)
  try {
    await app.close()
  } finally {
    clearInterval(sweep)
  }
}
