import { keyOf, type Target } from './target.ts'

/** How long targets usually take to the first sign of an answer, measured here, in milliseconds. */
export interface FirstTokenTimes {
  /** It took this long. */
  measured(target: Target, durationMs: number): void
  /** It was not waited for any longer. Counts double, so that a target that is slow by nature is given its time in the end. */
  givenUp(target: Target, waitedMs: number): void
  /** Null while too little is known. */
  median(target: Target): number | null
  p95(target: Target): number | null
  /** Of those that were measured; 0 while there are none. */
  longest(target: Target): number
}

/** Of each target; older ones say nothing about now. */
const KEPT = 64
/** Before that a median is chance. */
const FOR_MEDIAN = 3
const FOR_P95 = 20

export function createFirstTokenTimes(): FirstTokenTimes {
  const times = new Map<string, { durationMs: number; isMeasured: boolean }[]>()
  const add = (target: Target, durationMs: number, isMeasured: boolean) => {
    const key = keyOf(target)
    const kept = times.get(key) ?? []
    kept.push({ durationMs, isMeasured })
    if (kept.length > KEPT) kept.shift()
    times.set(key, kept)
  }
  const percentile = (target: Target, share: number, least: number) => {
    const kept = times.get(keyOf(target))
    if (!kept || kept.length < least) return null
    const inOrder = kept.map(({ durationMs }) => durationMs).sort((one, other) => one - other)
    return inOrder[Math.ceil(share * kept.length) - 1] ?? null
  }
  return {
    measured: (target, durationMs) => add(target, durationMs, true),
    givenUp: (target, waitedMs) => add(target, 2 * waitedMs, false),
    median: (target) => percentile(target, 0.5, FOR_MEDIAN),
    p95: (target) => percentile(target, 0.95, FOR_P95),
    longest: (target) =>
      (times.get(keyOf(target)) ?? []).reduce((most, { durationMs, isMeasured }) => (isMeasured ? Math.max(most, durationMs) : most), 0),
  }
}
