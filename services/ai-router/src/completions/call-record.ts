import type { ProviderErrorKind } from '../providers/provider-error.ts'
import type { TokenUsage } from './cost.ts'

export type Outcome = 'completed' | 'aborted' | 'failed'

/** What a call used and what it cost. */
export interface CallUsage extends TokenUsage {
  costMicroUsd: bigint
  priceId: string
  isEstimated: boolean
}

/** A call that is over, as it is stored and told to metering. */
export interface CallRecord {
  callId: string
  turnId: string
  userId: string
  plan: string
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
