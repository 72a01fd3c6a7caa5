import type { ProviderErrorKind } from '../providers/provider-error.ts'

/** Why a target is not asked: what its last leg ended with, or that it took too long to its first token. */
export type BreakerReason = ProviderErrorKind | 'slow'

/** What a leg says about its target. */
export type Verdict = { kind: 'good' } | { kind: 'bad'; reason: BreakerReason } | { kind: 'nothing' }

export interface BreakerRules {
  /** So many failures in a row open it. */
  failures: number
  /** For so long. */
  openMs: number
  /** Where nothing else is left to ask, an open one may be tried this long after it was opened or last tried. */
  lastResortMs: number
  /** A probe that was not heard of for so long is lost. */
  probeMs: number
}

type State =
  | { name: 'closed' }
  /** Not asked before `dueMs`; then one request is let through. */
  | { name: 'open'; sinceMs: number; triedMs: number; dueMs: number; reason: BreakerReason }
  /** One request, of the replica `prober`, is finding out. */
  | { name: 'half_open'; sinceMs: number; triedMs: number; dueMs: number; prober: string; reason: BreakerReason }

/**
 * The state of one target, of no clock and no network: times are handed in, in milliseconds. Closed, it counts failures in a
 * row; open, it lets nothing through; half open, exactly one request decides.
 */
export interface Breaker {
  readonly state: Readonly<State>
  /** In a row. */
  readonly failures: number
  /** May a request claim to be the probe? */
  isDue(nowMs: number, isLastResort: boolean): boolean
  /** Returns whether `prober` is the one that finds out; a claim that comes second is none. */
  probe(prober: string, nowMs: number): boolean
  /** A leg of this replica ended. Returns what changed, which others should hear. */
  judge(verdict: Verdict, isProbe: boolean, nowMs: number): 'opened' | 'closed' | null
  open(reason: BreakerReason, forMs: number, nowMs: number): void
  close(): void
}

export function createBreaker(rules: BreakerRules): Breaker {
  let state: State = { name: 'closed' }
  let failures = 0

  const isProbeLost = (triedMs: number, nowMs: number) => nowMs >= triedMs + rules.probeMs
  const close = () => {
    state = { name: 'closed' }
    failures = 0
  }
  const open = (reason: BreakerReason, forMs: number, nowMs: number) => {
    const sinceMs = state.name === 'closed' ? nowMs : state.sinceMs
    state = { name: 'open', sinceMs, triedMs: nowMs, dueMs: nowMs + forMs, reason }
  }

  /** A probe that says nothing leaves everything as it was: where its time was over, to the next one at once. */
  function judgeProbe(verdict: Verdict, nowMs: number): 'opened' | 'closed' | null {
    if (state.name === 'closed') return null
    const { sinceMs, triedMs, dueMs, reason } = state
    if (verdict.kind === 'good') close()
    else if (verdict.kind === 'bad') open(verdict.reason, rules.openMs, nowMs)
    else state = { name: 'open', sinceMs, triedMs, dueMs, reason }
    return verdict.kind === 'good' ? 'closed' : 'opened'
  }

  return {
    get state() {
      return state
    },
    get failures() {
      return failures
    },
    isDue(nowMs, isLastResort) {
      if (state.name === 'closed') return false
      if (state.name === 'half_open') return isProbeLost(state.triedMs, nowMs)
      return nowMs >= state.dueMs || (isLastResort && nowMs >= state.triedMs + rules.lastResortMs)
    },
    probe(prober, nowMs) {
      if (state.name === 'closed') return false
      if (state.name === 'half_open' && !isProbeLost(state.triedMs, nowMs)) return false
      state = { name: 'half_open', sinceMs: state.sinceMs, triedMs: nowMs, dueMs: state.dueMs, prober, reason: state.reason }
      return true
    },
    judge(verdict, isProbe, nowMs) {
      if (isProbe) return judgeProbe(verdict, nowMs)
      if (state.name !== 'closed') return null
      if (verdict.kind === 'good') failures = 0
      if (verdict.kind !== 'bad') return null
      failures += 1
      if (failures < rules.failures && !opensAtOnce(verdict.reason)) return null
      open(verdict.reason, rules.openMs, nowMs)
      return 'opened'
    },
    open,
    close,
  }
}

/** These do not pass by themselves: somebody has to act first. */
const opensAtOnce = (reason: BreakerReason): boolean => reason === 'auth' || reason === 'exhausted'
