import { CompletionState } from '@parley/contracts'
import type { Model } from '../catalogue/catalogue.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import type { PartWriter } from '../completions/part-writer.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { Breakers } from './breakers.ts'
import type { RateLimits } from './rate-limits.ts'
import { type Place, until, type WaitQueue } from './wait-queue.ts'

export interface RetryRules {
  /** How often all targets are asked again when none of them answers. */
  retries: number
  /** The pause before the first time is a random part of this, before each further one of twice as much. */
  delayMs: number
  /** Then it is clear that nobody answers. */
  giveUpAfterMs: number
  /** Longest wait of a call for which every target is rate limited. */
  rateLimitWaitMs: number
}

export interface RetryDeps {
  breakers: Pick<Breakers, 'isClosed'>
  rateLimits: Pick<RateLimits, 'waitMs'>
  waiting: WaitQueue
  retryRules: RetryRules
  clocks: { totalMs: number }
}

/** When one call asks around once more. */
export interface Retries {
  /** Where earlier calls of the same user wait for the same targets, this one waits for its turn. */
  waitBehindOthers(): Promise<void>
  /** Nobody answered. Resolves when it is time to ask again, with the reason not to where there is one. */
  beforeNextRound(order: readonly Model[], error: ProviderError | null): Promise<ProviderError | null>
  /** Is it early enough to try one more that is perhaps away, after a pause? */
  mayTryMore(pauseMs: number): boolean
  /** Milliseconds until it is clear that nobody answers; negative afterwards. */
  leftMs(): number
  /** Somebody has answered: what follows has its own beginning. */
  answered(): void
  /** The call is over. */
  end(): void
}

const TOLD_WHILE_LIMITED = 'The AI service is temporarily unavailable, retrying…'
const TOLD_WHILE_DOWN = 'The AI service does not answer, trying again…'

export function createRetries(
  { breakers, rateLimits, waiting, retryRules, clocks }: RetryDeps,
  { userId }: Pick<CompletionCommand, 'userId'>,
  targets: readonly Model[],
  out: Pick<PartWriter, 'status'>,
  signal: AbortSignal,
): Retries {
  const line = [userId, ...targets.map(({ id }) => id)].join(' ')
  const endsMs = performance.now() + clocks.totalMs
  let place: Place | null = null
  let waitsUntilMs = 0
  let silentSinceMs = performance.now()
  let rounds = 0

  const leave = () => {
    place?.leave()
    place = null
  }

  const leftMs = () => silentSinceMs + retryRules.giveUpAfterMs - performance.now()
  /** What is begun takes its time as well: half of it. */
  const mayTryMore = (pauseMs: number) => pauseMs <= leftMs() - retryRules.giveUpAfterMs / 2

  async function waitForLimit(limitMs: number, error: ProviderError | null): Promise<ProviderError | null> {
    const limited =
      error?.kind === 'rate_limited'
        ? error
        : new ProviderError('rate_limited', 'every target is rate limited', { retryAfterMs: Math.ceil(limitMs) })
    // A little later than the first moment, and not all at once.
    const pauseMs = limitMs + Math.random() * retryRules.delayMs
    const nowMs = performance.now()
    if (!place) waitsUntilMs = nowMs + retryRules.rateLimitWaitMs
    if (nowMs + pauseMs > Math.min(waitsUntilMs, endsMs)) return limited
    place ??= waiting.enter(line)
    if (!place) return limited
    out.status(CompletionState.RETRYING, TOLD_WHILE_LIMITED)
    await place.wait(pauseMs, signal)
    // Nobody else's outage ends while this one waits: it begins to count now.
    silentSinceMs = performance.now()
    rounds = 0
    return null
  }

  async function waitForRecovery(order: readonly Model[], error: ProviderError | null): Promise<ProviderError | null> {
    const unavailable = error ?? new ProviderError('overloaded', 'no target may be asked at the moment')
    if (error === null || order.length === 0 || rounds >= retryRules.retries) return unavailable
    const pauseMs = Math.max(Math.random() * retryRules.delayMs * 2 ** rounds, error.retryAfterMs ?? 0)
    rounds += 1
    if (!mayTryMore(pauseMs)) return unavailable
    out.status(CompletionState.RETRYING, TOLD_WHILE_DOWN)
    await until(signal, (done) => {
      const timer = setTimeout(done, pauseMs)
      return () => clearTimeout(timer)
    })
    return null
  }

  return {
    async waitBehindOthers() {
      if (!waiting.hasWaiting(line)) return
      place = waiting.enter(line)
      if (!place) return
      waitsUntilMs = performance.now() + retryRules.rateLimitWaitMs
      out.status(CompletionState.RETRYING, TOLD_WHILE_LIMITED)
      await place.wait(0, signal)
      silentSinceMs = performance.now()
    },
    beforeNextRound(order, error) {
      const limits = order
        .filter(breakers.isClosed)
        .map(rateLimits.waitMs)
        .filter((limitMs) => limitMs > 0)
      return limits.length > 0 ? waitForLimit(Math.min(...limits), error) : waitForRecovery(order, error)
    },
    mayTryMore,
    leftMs,
    answered() {
      leave()
      silentSinceMs = performance.now()
      rounds = 0
    },
    end: leave,
  }
}
