import type { ProviderErrorKind } from '../providers/provider-error.ts'
import type { TokenUsage } from './cost.ts'

export type Outcome = 'completed' | 'aborted' | 'failed'

/** What a call is for. Users pay for answers alone: those of turns, and those over the public API. */
export type Purpose = 'answer' | 'title' | 'summary' | 'api'

/** What a call used and what it cost. */
export interface CallUsage extends TokenUsage {
  costMicroUsd: bigint
  priceId: string
  isEstimated: boolean
}

/** A call that runs, as its process says from time to time. */
export interface CallProgress {
  callId: string
  /** The vendor's model that writes now, and what it has used; null before one was asked. */
  asked: { model: string; provider: string; leg: number; usage: CallUsage } | null
}

/** One request to one vendor, as it is stored. */
export interface LegRecord {
  number: number
  model: string
  provider: string
  /** `outrun`: another target of a hedge answered first. */
  outcome: Outcome | 'outrun'
  failure: ProviderErrorKind | null
  usage: CallUsage | null
  latencyMs: number
}

/** What legs used that the caller does not pay for. */
export type WastedLeg = Pick<LegRecord, 'number' | 'model' | 'provider' | 'latencyMs'> & { usage: CallUsage }

/** A call that is over, as it is stored and told to metering. */
export interface CallRecord {
  callId: string
  /** '' for a call that belongs to no turn. */
  turnId: string
  userId: string
  plan: string
  purpose: Purpose
  model: string
  provider: string
  outcome: Outcome
  failure: ProviderErrorKind | null
  /** Of the leg that its caller pays for; null when nothing was used. */
  usage: CallUsage | null
  /** The number of that leg. */
  chargedLeg: number | null
  legs: readonly LegRecord[]
  /** The answer came from the cache or from a call of somebody else: nothing was asked. */
  isCached: boolean
  latencyMs: number
  /** Null when there was no text. */
  firstTokenMs: number | null
  endedAt: Date
}
