import { commonErrors } from '@parley/errors'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RequestCounts } from './request-counts.store.ts'
import { slidingCount } from './sliding-window.ts'

const WINDOW_MS = 60_000

/** Counts a request for whoever makes it. Throws `rate_limited`; the answer says what is left. */
export type LimitCaller = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

/**
 * So many requests a minute and API key (or session), over all replicas. Its figures take the place of the address's in
 * the answer: they are the narrower ones.
 */
export function createLimitCaller({ counts, perMinute }: { counts: RequestCounts; perMinute: number }): LimitCaller {
  return async ({ identity }, reply) => {
    if (!identity) return
    const nowMs = Date.now()
    const used = slidingCount(await counts.add(`caller:${identity.claims.sid}`, nowMs, WINDOW_MS), nowMs, WINDOW_MS)
    const resetS = Math.ceil((WINDOW_MS - (nowMs % WINDOW_MS)) / 1000)
    void reply.header('ratelimit-policy', `"requests";q=${perMinute};w=${WINDOW_MS / 1000}`)
    void reply.header('ratelimit', `"requests";r=${Math.max(0, perMinute - used)};t=${resetS}`)
    if (used > perMinute) throw commonErrors.rate_limited({ internal: 'requests of one key', retryAfterS: resetS })
  }
}
