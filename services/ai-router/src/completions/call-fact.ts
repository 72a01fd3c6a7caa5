import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import type { CallRecord, CallUsage, Outcome, Purpose } from './call-record.ts'

/** A call that is over, however that came to be known. */
type EndedCall = Omit<CallRecord, 'outcome' | 'failure' | 'usage' | 'plan'> & { outcome: Outcome | 'lost' }

/** Tells metering what a call used, in the transaction that stores it. */
export async function tellUsage(tx: Transaction, call: EndedCall, usage: CallUsage): Promise<void> {
  await publishEvent(tx, events.callCompleted, { aggregateId: call.turnId || call.callId, message: eventOf(call, usage) })
}

const outcomes: Readonly<Record<EndedCall['outcome'], CallOutcome>> = {
  completed: CallOutcome.COMPLETED,
  aborted: CallOutcome.ABORTED,
  failed: CallOutcome.FAILED,
  lost: CallOutcome.LOST,
}

const purposes: Readonly<Record<Purpose, CallPurpose>> = {
  answer: CallPurpose.ANSWER,
  title: CallPurpose.TITLE,
  summary: CallPurpose.SUMMARY,
}

const eventOf = (call: EndedCall, usage: CallUsage) => ({
  callId: call.callId,
  turnId: call.turnId,
  userId: call.userId,
  model: call.model,
  provider: call.provider,
  outcome: outcomes[call.outcome],
  purpose: purposes[call.purpose],
  usage: usageFigures(call, usage),
  occurredAt: timestampFromDate(call.endedAt),
})

/** CompletionUsage of completions.proto: the same figures in the event and in the answer's last part. */
export const usageFigures = ({ latencyMs, firstTokenMs }: Pick<CallRecord, 'latencyMs' | 'firstTokenMs'>, usage: CallUsage) => ({
  inputTokens: BigInt(usage.inputTokens),
  outputTokens: BigInt(usage.outputTokens),
  cachedInputTokens: BigInt(usage.cachedInputTokens),
  costMicroUsd: usage.costMicroUsd,
  priceId: usage.priceId,
  estimated: usage.isEstimated,
  latencyMs: BigInt(latencyMs),
  firstTokenMs: BigInt(firstTokenMs ?? 0),
})
