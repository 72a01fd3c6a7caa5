import type { Model } from '../catalogue/catalogue.ts'
import type { CallUsage } from '../completions/call-record.ts'
import type { FinishReason } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'

export type LegEnd = { kind: 'finished'; reason: FinishReason } | { kind: 'failed'; error: ProviderError }

/** One request to one vendor, over. A call has one leg, and more where one broke, was given up, or was hedged. */
export interface Leg {
  /** From 1, in the order in which they began. */
  number: number
  model: Model
  /** The caller has seen something of an answer by it: text, or a piece of a tool call. */
  hasOutput: boolean
  /** What its vendor bills, as far as can be known; null for nothing. */
  usage: CallUsage | null
  end: LegEnd
  latencyMs: number
}

/** One that runs. */
export interface RunningLeg {
  /** Never rejects. */
  done: Promise<Leg>
  abort(error: ProviderError): void
}

/** Ends a leg of a hedge when another one has given the first sign of an answer. */
export const OUTRUN = new ProviderError('aborted', 'another target answered first')
