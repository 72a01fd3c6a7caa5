import { keyOf, type Target } from './target.ts'

/** Which targets have said that they are asked too often, and until when. Asking again before that only prolongs it. */
export interface RateLimits {
  /** @param retryAfterMs what the vendor said; without it the wait doubles from one refusal to the next */
  refused(target: Target, retryAfterMs: number | undefined): void
  answered(target: Target): void
  /** Milliseconds from now, 0 when it may be asked. */
  waitMs(target: Target): number
}

const FIRST_WAIT_MS = 1_000
const LONGEST_WAIT_MS = 30_000

export function createRateLimits(now: () => number = () => performance.now()): RateLimits {
  const limits = new Map<string, { untilMs: number; waitMs: number }>()
  return {
    refused(target, retryAfterMs) {
      const key = keyOf(target)
      const known = limits.get(key)
      // Refusals of requests that ran at the same time are one refusal.
      const isAnew = !known || known.untilMs <= now()
      const waitMs = known ? (isAnew ? Math.min(2 * known.waitMs, LONGEST_WAIT_MS) : known.waitMs) : FIRST_WAIT_MS
      limits.set(key, { untilMs: Math.max(known?.untilMs ?? 0, now() + (retryAfterMs ?? waitMs)), waitMs })
    },
    answered: (target) => void limits.delete(keyOf(target)),
    waitMs: (target) => Math.max(0, (limits.get(keyOf(target))?.untilMs ?? 0) - now()),
  }
}
