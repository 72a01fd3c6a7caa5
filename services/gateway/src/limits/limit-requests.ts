import rateLimit, { type FastifyRateLimitStore } from '@fastify/rate-limit'
import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { RequestCounts } from './request-counts.store.ts'
import { slidingCount } from './sliding-window.ts'

const WINDOW_MS = 60_000

/**
 * A coarse guard against floods: so many requests a minute and address, IPv6 by /64. Every answer says what is left
 * (`RateLimit`, `RateLimit-Policy`). Exact limits belong to the services: log-in attempts to auth, messages to usage.
 */
export async function limitRequests(app: App, { counts, perMinute }: { counts: RequestCounts; perMinute: number }): Promise<void> {
  await app.register(rateLimit, { global: false, store: storeOn(counts) })
  const check = app.createRateLimit({ max: perMinute, timeWindow: WINDOW_MS })
  const policy = `"address";q=${perMinute};w=${WINDOW_MS / 1000}`

  app.addHook('onRequest', async (request, reply) => {
    const result = await check(request)
    if (result.isAllowed) return
    void reply.header('ratelimit-policy', policy)
    void reply.header('ratelimit', `"address";r=${result.remaining};t=${result.ttlInSeconds}`)
    if (result.isExceeded) throw commonErrors.rate_limited({ internal: 'requests per address', retryAfterS: result.ttlInSeconds })
  })
}

type Callback = Parameters<FastifyRateLimitStore['incr']>[1]

/** The plugin's idea of a store, on top of ours. */
function storeOn(counts: RequestCounts) {
  return class Store implements FastifyRateLimitStore {
    incr(key: string, callback: Callback): void {
      const nowMs = Date.now()
      counts.add(key, nowMs, WINDOW_MS).then(
        (found) => callback(null, { current: slidingCount(found, nowMs, WINDOW_MS), ttl: WINDOW_MS - (nowMs % WINDOW_MS) }),
        (error: Error) => callback(error),
      )
    }
    child(): FastifyRateLimitStore {
      return this
    }
  }
}
