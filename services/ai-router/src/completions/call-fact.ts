import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import { type PreparedEvent, prepareEvent } from '@parley/messaging'
import type { CallRecord, CallUsage, Outcome, Purpose, WastedLeg } from './call-record.ts'

/** A call that is over, however that came to be known. */
type EndedCall = Omit<CallRecord, 'outcome' | 'failure' | 'usage' | 'plan' | 'legs' | 'chargedLeg'> & { outcome: Outcome | 'lost' }

/** What metering is told of a call, that it used nothing included, and operators where it cost more than they expect. */
export function eventsOf(call: EndedCall, usage: CallUsage | null, wasted: readonly WastedLeg[], alertMicroUsd: bigint): PreparedEvent[] {
  const aggregateId = call.turnId || call.callId
  const completed = prepareEvent(events.callCompleted, { aggregateId, message: eventOf(call, usage, wasted) })
  const costMicroUsd = wasted.reduce((sum, leg) => sum + leg.usage.costMicroUsd, usage?.costMicroUsd ?? 0n)
  if (costMicroUsd <= alertMicroUsd) return [completed]
  const { callId, turnId, userId, model, provider, endedAt } = call
  const message = {
    ...{ callId, turnId, userId, model, provider, costMicroUsd },
    thresholdMicroUsd: alertMicroUsd,
    occurredAt: timestampFromDate(endedAt),
  }
  return [completed, prepareEvent(events.costExceeded, { aggregateId, message })]
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
