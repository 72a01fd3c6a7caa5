import type { Model } from '../catalogue/catalogue.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import type { Verdict } from './breaker.ts'
import type { Breakers, Permit } from './breakers.ts'
import type { FirstTokenTimes } from './first-token-times.ts'
import { type Leg, OUTRUN } from './leg.ts'
import type { RateLimits } from './rate-limits.ts'
import { keyOf } from './target.ts'

/** What is learned from legs about their targets, and what follows from it for the next one. */
export interface TargetExperience {
  /** The target has given the first sign of an answer. */
  answers(model: Model, permit: Permit): void
  ended(leg: Leg, firstSignMs: number | null, permit: Permit, circumstances: Circumstances): void
  /** A request that nobody waited for any more has given a sign all the same, so long after it was sent. */
  answersLate(model: Model, firstSignMs: number): void
  /**
   * The last that is known of it is a silence, and none of its answers took as long as it takes to see that nobody answers:
   * it is rather dead than thinking.
   */
  isSilent(model: Model): boolean
  /** How long to wait for the first token before another target is asked instead; see Candidate for `isTrusted`. */
  patienceMs(model: Model, isTrusted: boolean, command: Pick<CompletionCommand, 'system' | 'messages'>): number
  /** How long to wait for it before another target is asked as well. */
  hedgeAfterMs(model: Model): number
}

/** What keeps a leg from saying something about its target. */
export interface Circumstances {
  /** The caller left, or the call's deadline came. */
  isCutShort: boolean
  /** The target failed this same call before: what one request does to it, again and again, is no sign for all the others. */
  hasFailedBefore: boolean
}

export interface PatienceRules {
  /** A target without a sign of an answer for this long is given up for the next one, or longer where it is slow by nature. */
  slowFirstTokenMs: number
  /** Shortest head start of the first of two that are asked as a hedge. */
  hedgeAfterMs: number
  /** A first token that took longer speaks against its target, even where an answer followed. */
  breakerSlowMs: number
  /** Whatever has answered later than this before is waited for again. */
  unavailableAfterMs: number
}

interface ExperienceDeps {
  breakers: Pick<Breakers, 'judge'>
  rateLimits: Pick<RateLimits, 'refused' | 'answered'>
  firstTokens: FirstTokenTimes
  rules: PatienceRules
}

/** So many times its median is slow for a target. */
const SLOW_FACTOR = 4
/** Reading a long conversation takes a model time before its first token. */
const CHARACTERS_PER_MS = 80

export function createTargetExperience({ breakers, rateLimits, firstTokens, rules }: ExperienceDeps): TargetExperience {
  /** Asked for so long without a sign that it speaks against them, and not heard of since. */
  const silent = new Set<string>()

  function verdictOn({ end, latencyMs }: Leg, firstSignMs: number | null): Verdict {
    if (end.kind === 'finished' || end.error === OUTRUN) {
      const isSlow = (firstSignMs ?? latencyMs) > rules.breakerSlowMs
      if (isSlow) return { kind: 'bad', reason: 'slow' }
      return { kind: end.kind === 'finished' ? 'good' : 'nothing' }
    }
    const { error } = end
    // A refusal for the caller's sake, or for now, comes from a vendor that works.
    return error.isWorthAnotherProvider && error.kind !== 'rate_limited' ? { kind: 'bad', reason: error.kind } : { kind: 'nothing' }
  }

  return {
    answers(model, permit) {
      rateLimits.answered(model)
      if (permit === 'probe') breakers.judge(model, 'probe', { kind: 'good' })
    },
    ended(leg, firstSignMs, permit, { isCutShort, hasFailedBefore }) {
      const { model, end, latencyMs } = leg
      const error = end.kind === 'failed' ? end.error : null
      if (firstSignMs !== null) {
        silent.delete(keyOf(model))
        firstTokens.measured(model, firstSignMs)
      } else if (error?.kind === 'timeout' && !isCutShort) {
        if (latencyMs > rules.breakerSlowMs) silent.add(keyOf(model))
        firstTokens.givenUp(model, latencyMs)
      }
      if (error?.kind === 'rate_limited') rateLimits.refused(model, error.retryAfterMs)
      const verdict: Verdict = isCutShort ? { kind: 'nothing' } : verdictOn(leg, firstSignMs)
      // A probe that has given a sign was judged by it.
      if (permit === 'usual' || firstSignMs !== null) {
        if (verdict.kind !== 'bad' || !hasFailedBefore) breakers.judge(model, 'usual', verdict)
        return
      }
      const isAlive = error !== null && error !== OUTRUN && !isCutShort && verdict.kind === 'nothing'
      breakers.judge(model, 'probe', isAlive ? { kind: 'good' } : verdict)
    },
    answersLate(model, firstSignMs) {
      silent.delete(keyOf(model))
      firstTokens.measured(model, firstSignMs)
      breakers.judge(model, 'probe', { kind: 'good' })
      breakers.judge(model, 'usual', firstSignMs > rules.breakerSlowMs ? { kind: 'bad', reason: 'slow' } : { kind: 'good' })
    },
    isSilent: (model) => silent.has(keyOf(model)) && firstTokens.longest(model) < rules.unavailableAfterMs,
    patienceMs(model, isTrusted, { system, messages }) {
      const characters = messages.reduce((sum, { text }) => sum + text.length, system.length)
      // What was measured of one that is known to be away tells of better times, or how long it was waited for.
      const usualMs = isTrusted ? (firstTokens.median(model) ?? 0) : 0
      return Math.max(rules.slowFirstTokenMs, SLOW_FACTOR * usualMs) + characters / CHARACTERS_PER_MS
    },
    hedgeAfterMs: (model) => Math.max(rules.hedgeAfterMs, firstTokens.p95(model) ?? 0),
  }
}
