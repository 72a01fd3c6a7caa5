import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { freePort } from './free-port.ts'
import { type LeashedProcess, startLeashed } from './leashed-process.ts'
import { commandLine, pidFrom, stopLeftover } from './leftover.ts'
import { postgresAccount } from './postgres-account.ts'
import { postgresBinaries } from './postgres-binaries.ts'
import { initialiseCluster } from './postgres-cluster.ts'
import { isReadyPid } from './postgres-ready.ts'
import { type InfrastructureServer, waitUntilReady } from './server.ts'

const oldConnectionsMs = 10_000

export interface PostgresOptions {
  /** The cluster's data directory; made by initdb when it holds no cluster yet. */
  directory: string
  port?: number
  /** Of the superuser `postgres`; taken when the cluster is made and unchanged after that. */
  password: string
  maxConnections?: number
  /** For tests: no fsync, no full-page writes. A crash of the machine may lose the cluster; one of Postgres loses no commit. */
  unsafeFast?: boolean
  logFile?: string
  /** For one test: a directory to remove when this process has ended, and the server with it. */
  removeWithUs?: string
}

/**
 * Starts the Postgres that npm brought, on 127.0.0.1, as an account that Postgres accepts (it refuses root). One left
 * behind by an earlier run in the same directory is stopped first, a lock file nobody stands behind is removed.
 */
export async function startPostgres(options: PostgresOptions): Promise<InfrastructureServer> {
  const { directory, password } = options
  const binaries = await postgresBinaries()
  mkdirSync(join(directory, '..'), { recursive: true })
  const account = await postgresAccount({ directory, binary: binaries.postgres })
  await initialiseCluster({ directory, password, initdb: binaries.initdb, account })
  await clearLock(directory)
  const port = await freePort(options.port)
  const logFile = options.logFile ?? `${directory}.log`
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 300),
    shared_buffers: '128MB',
    // After a crash: one call for the whole file system instead of one per file, of which seven databases have thousands.
    ...(process.platform === 'linux' ? { recovery_init_sync_method: 'syncfs' } : {}),
    ...(options.unsafeFast ? { fsync: 'off', full_page_writes: 'off' } : {}),
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  const server = await startPastOldConnections(async () => {
    const started = await startLeashed({
      command: [...account.prefix, binaries.postgres, '-D', directory, '-p', String(port), ...flags],
      logFile,
      stopSignal: 'SIGINT',
      removeWithUs: options.removeWithUs,
    })
    await waitUntilReady({ name: 'Postgres', server: started, logFile, isReady: async () => isReadyPid(directory, started.pid) })
    return started
  })
  const url = `postgresql://postgres:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`
  return { url, port, pid: server.pid, exited: server.exited, stop: () => server.stop(), kill: () => server.kill() }
}

/** After kill -9 the server's connections end a moment later than it did; Postgres rightly refuses to start before that. */
async function startPastOldConnections(start: () => Promise<LeashedProcess>): Promise<LeashedProcess> {
  const giveUpMs = performance.now() + oldConnectionsMs
  for (;;) {
    try {
      return await start()
    } catch (error) {
      const isMatterOfTime = error instanceof Error && error.message.includes('pre-existing shared memory block')
      if (!isMatterOfTime || performance.now() > giveUpMs) throw error
      await delay(100)
    }
  }
}

/** Stops our own leftover; removes the lock of a server that is gone although its pid now belongs to somebody else. */
async function clearLock(directory: string): Promise<void> {
  const lockFile = join(directory, 'postmaster.pid')
  const pid = pidFrom(lockFile)
  if (pid === null) return
  const wasStopped = await stopLeftover({ pid, directory, signal: 'SIGINT' })
  if (!wasStopped && commandLine(pid) !== null) rmSync(lockFile, { force: true })
}
