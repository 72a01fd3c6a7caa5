import { commonErrors } from '@parley/errors'
import type { App } from './app.ts'
import { isDraining } from './lifecycle.ts'

/** Name of a dependency -> a promise that rejects when it is away. */
export type ReadinessChecks = Record<string, () => Promise<unknown>>

const CHECK_TIMEOUT_MS = 1_000

/**
 * `/health/live` answers as long as the process does. `/health/ready` asks the dependencies and names the result of
 * each; 503 while one fails or the service drains.
 */
export function healthRoutes(app: App, readiness: ReadinessChecks): void {
  app.get('/health/live', { schema: { hide: true } }, async () => ({ status: 'ok' }))

  app.get('/health/ready', { schema: { hide: true } }, async (request, reply) => {
    const results = await Promise.all(Object.entries(readiness).map(async ([name, check]) => [name, await outcome(check)] as const))
    for (const [check, { error }] of results) if (error) request.log.warn({ err: error, check }, 'not ready')
    const areAllOk = results.every(([, { error }]) => !error)
    const status = isDraining(app) ? 'draining' : areAllOk ? 'ready' : 'not_ready'
    const checks = Object.fromEntries(results.map(([name, { error }]) => [name, error ? 'failed' : 'ok']))
    return reply.code(status === 'ready' ? 200 : 503).send({ status, checks })
  })
}

async function outcome(check: () => Promise<unknown>): Promise<{ error?: unknown }> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(commonErrors.timeout({ internal: `no answer within ${CHECK_TIMEOUT_MS} ms` })), CHECK_TIMEOUT_MS)
  })
  try {
    await Promise.race([check(), limit])
    return {}
  } catch (error) {
    return { error: error ?? new Error('check failed') }
  } finally {
    clearTimeout(timer)
  }
}
