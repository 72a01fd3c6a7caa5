import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import type { CallRecord, CallUsage, Outcome, Purpose, WastedLeg } from './call-record.ts'

/** A call that is over, however that came to be known. */
type EndedCall = Omit<CallRecord, 'outcome' | 'failure' | 'usage' | 'plan' | 'legs' | 'chargedLeg'> & { outcome: Outcome | 'lost' }

/** Tells metering what a call used, or that it used nothing, and operators where it was more than they expect, in the transaction that stores it. */
export async function tellUsage(
  tx: Transaction,
  call: EndedCall,
  usage: CallUsage | null,
  wasted: readonly WastedLeg[],
  alertMicroUsd: bigint,
): Promise<void> {
  const aggregateId = call.turnId || call.callId
  await publishEvent(tx, events.callCompleted, { aggregateId, message: eventOf(call, usage, wasted) })
  const costMicroUsd = wasted.reduce((sum, leg) => sum + leg.usage.costMicroUsd, usage?.costMicroUsd ?? 0n)
  if (costMicroUsd <= alertMicroUsd) return
  const { callId, turnId, userId, model, provider, endedAt } = call
  const message = {
    callId,
    turnId,
    userId,
    model,
    provider,
    costMicroUsd,
    thresholdMicroUsd: alertMicroUsd,
    occurredAt: timestampFromDate(endedAt),
  }
  await publishEvent(tx, events.costExceeded, { aggregateId, message })
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
  api: CallPurpose.API,
}

const eventOf = (call: EndedCall, usage: CallUsage | null, wasted: readonly WastedLeg[]) => ({
  callId: call.callId,
  turnId: call.turnId,
  userId: call.userId,
  model: call.model,
  provider: call.provider,
  outcome: outcomes[call.outcome],
  purpose: purposes[call.purpose],
  usage: usage ? usageFigures(call, usage) : undefined,
  wasted: wasted.map(({ number, model, provider, latencyMs, usage: used }) => ({
    ...{ number, model, provider },
    usage: usageFigures({ latencyMs, firstTokenMs: null, isCached: false }, used),
  })),
  occurredAt: timestampFromDate(call.endedAt),
})

/** CompletionUsage of completions.proto: the same figures in the event and in the answer's last part. */
export const usageFigures = (
  { latencyMs, firstTokenMs, isCached }: Pick<CallRecord, 'latencyMs' | 'firstTokenMs' | 'isCached'>,
  usage: CallUsage,
) => ({
  inputTokens: BigInt(usage.inputTokens),
  outputTokens: BigInt(usage.outputTokens),
  cachedInputTokens: BigInt(usage.cachedInputTokens),
  costMicroUsd: usage.costMicroUsd,
  priceId: usage.priceId,
  estimated: usage.isEstimated,
  cached: isCached,
  latencyMs: BigInt(latencyMs),
  firstTokenMs: BigInt(firstTokenMs ?? 0),
})
