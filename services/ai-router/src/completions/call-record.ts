import type { ProviderErrorKind } from '../providers/provider-error.ts'
import type { TokenUsage } from './cost.ts'

export type Outcome = 'completed' | 'aborted' | 'failed'

/** What a call is for. Users pay for answers alone. */
export type Purpose = 'answer' | 'title' | 'summary'

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
  asked: { model: string; provider: string; usage: CallUsage } | null
}

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
  /** Null when nothing was used: nothing is booked then. */
  usage: CallUsage | null
  latencyMs: number
  /** Null when there was no text. */
  firstTokenMs: number | null
  endedAt: Date
}
