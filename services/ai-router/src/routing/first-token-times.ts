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

interface Times {
  inOrder: { durationMs: number; isMeasured: boolean }[]
  /** The same durations, the shortest first: asked for by every call. */
  sortedMs: number[]
}

export function createFirstTokenTimes(): FirstTokenTimes {
  const times = new Map<string, Times>()

  function add(target: Target, durationMs: number, isMeasured: boolean): void {
    const key = keyOf(target)
    const kept = times.get(key) ?? { inOrder: [], sortedMs: [] }
    const { inOrder, sortedMs } = kept
    times.set(key, kept)
    inOrder.push({ durationMs, isMeasured })
    const oldest = inOrder.length > KEPT ? inOrder.shift() : undefined
    if (oldest) sortedMs.splice(sortedMs.indexOf(oldest.durationMs), 1)
    const longer = sortedMs.findIndex((other) => other > durationMs)
    sortedMs.splice(longer < 0 ? sortedMs.length : longer, 0, durationMs)
  }

  function percentile(target: Target, share: number, least: number): number | null {
    const sortedMs = times.get(keyOf(target))?.sortedMs ?? []
    return sortedMs.length < least ? null : (sortedMs[Math.ceil(share * sortedMs.length) - 1] ?? null)
  }

  return {
    measured: (target, durationMs) => add(target, durationMs, true),
    givenUp: (target, waitedMs) => add(target, 2 * waitedMs, false),
    median: (target) => percentile(target, 0.5, FOR_MEDIAN),
    p95: (target) => percentile(target, 0.95, FOR_P95),
    longest(target) {
      const measured = times.get(keyOf(target))?.inOrder.filter(({ isMeasured }) => isMeasured) ?? []
      return Math.max(0, ...measured.map(({ durationMs }) => durationMs))
    },
  }
}
