import type { FaultWindow } from './fault.ts'
import type { TurnRecord } from './load/turn-record.ts'

/** Did the turn run at some moment of the fault? */
export const ranDuring = ({ sentAtMs, endAtMs }: TurnRecord, { madeAtMs, wholeAtMs }: FaultWindow): boolean =>
  sentAtMs < wholeAtMs && (endAtMs ?? Number.POSITIVE_INFINITY) > madeAtMs

/** Longest time the reader saw nothing new, around the fault: from the question, over every new text, to the end. */
export function silenceOf(record: TurnRecord, window: FaultWindow): number {
  const { sentAtMs, textAtMs, endAtMs } = record
  return longestStep([sentAtMs, ...textAtMs.filter((atMs) => atMs > sentAtMs), endAtMs ?? performance.now()], window)
}

/** The same between two texts only. */
export const textSilenceOf = ({ textAtMs }: TurnRecord, window: FaultWindow): number => longestStep(textAtMs, window)

/** From the return of what was away to the next sign; null for a turn that was not waiting for it. */
export function returnOf({ acceptedAtMs, textAtMs, endAtMs }: TurnRecord, { madeAtMs, backAtMs }: FaultWindow): number | null {
  if (acceptedAtMs === null || acceptedAtMs > backAtMs) return null
  if (endAtMs !== null && endAtMs < backAtMs) return null
  const wasHeard = [...textAtMs, acceptedAtMs].some((atMs) => atMs > madeAtMs + HEARD_AFTER_MS && atMs < backAtMs)
  if (wasHeard) return null
  const next = [...textAtMs, endAtMs ?? performance.now()].find((atMs) => atMs >= backAtMs)
  return next === undefined ? null : next - backAtMs
}

/** What was on its way when the fault was made still arrives. */
const HEARD_AFTER_MS = 1_000

export const longestSilence = (records: readonly TurnRecord[], window: FaultWindow): number =>
  Math.max(0, ...records.filter((record) => ranDuring(record, window)).map((record) => silenceOf(record, window)))

/** Only steps that end after the fault was made count. */
function longestStep(atMs: readonly number[], { madeAtMs }: FaultWindow): number {
  let longest = 0
  for (let index = 1; index < atMs.length; index += 1) {
    const [from = 0, to = 0] = [atMs[index - 1], atMs[index]]
    if (to > madeAtMs) longest = Math.max(longest, to - from)
  }
  return longest
}

/** By nearest rank: of 20 values the 95th percentile is the second largest. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other)
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0
}
