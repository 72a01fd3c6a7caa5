import { FinishReason } from '@parley/contracts'
import type { Model } from '../catalogue/catalogue.ts'
import type { FinishReason as ProviderFinishReason } from '../providers/provider.ts'
import { DRAINING } from '../providers/provider-error.ts'
import type { Safety } from '../safety/safety.ts'
import type { Bookings } from './bookings.ts'
import { usageFigures } from './call-fact.ts'
import type { CallHeartbeats } from './call-heartbeats.ts'
import type { CallRecord, Outcome } from './call-record.ts'
import type { CompletionCommand } from './completion-command.ts'
import { failureOf } from './completion-failure.ts'
import { rate } from './cost.ts'
import { guardCompletion } from './guard-completion.ts'
import type { PartWriter } from './part-writer.ts'
import type { Leg } from './run-leg.ts'
import { type Attempt, runTargets, type TargetDeps } from './run-targets.ts'

export interface CompletionDeps extends TargetDeps {
  bookings: Bookings
  heartbeats: CallHeartbeats
  safety: Safety
}

/**
 * Answers one completion: parts to `out`, the last one always `finished` or `failed`, and one booking when anything was
 * used. The booking is durable before the caller learns the figures, so that what an answer shows was also counted: while
 * it cannot be stored the last part comes without them, and they follow with the event.
 *
 * @param signal ends it early; its reason is a ProviderError: `aborted` when the caller is gone, `timeout` when the time
 * is over, `DRAINING`
 */
export async function runCompletion(
  deps: CompletionDeps,
  command: CompletionCommand,
  targets: readonly [Model, ...Model[]],
  out: PartWriter,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = performance.now()
  let firstTokenMs: number | null = null
  const guard = guardCompletion(deps.safety, command, out, signal)
  const text = (delta: string) => {
    firstTokenMs ??= sinceMs(startedMs)
    return guard.text(delta)
  }
  const { asks } = deps.heartbeats.begin(command.callId)
  // One that ends in an unforeseen way is booked as lost, by whoever misses its heartbeat.
  const unforeseen = (error: unknown) => {
    deps.heartbeats.end(command.callId)
    throw error
  }
  const listener = { started: out.started, status: out.status, text, asks }
  if (guard.rejected) {
    await deps.bookings.book(rejectedCall(command, targets[0], sinceMs(startedMs)))
    return out.failed({ ...failureOf(guard.rejected), usage: undefined })
  }
  const attempt = await runTargets(deps, guard.command, targets, listener, guard.signal).catch(unforeseen)
  const blocked = await guard.end().catch(unforeseen)
  if (blocked) attempt.leg.end = { kind: 'failed', error: blocked }
  const call = { ...recordOf(command, attempt), latencyMs: sinceMs(startedMs), firstTokenMs, endedAt: new Date() }
  const isBooked = await deps.bookings.book(call)

  const { model, leg } = attempt
  const usage = call.usage && isBooked ? usageFigures(call, call.usage) : undefined
  if (leg.end.kind === 'failed') out.failed({ ...failureOf(leg.end.error), usage })
  else out.finished({ reason: finishReasons[leg.end.reason], model: model.id, provider: model.provider, usage })
}

type Timing = 'latencyMs' | 'firstTokenMs' | 'endedAt'

const recordOf = ({ callId, turnId, userId, plan, purpose }: CompletionCommand, { model, leg }: Attempt): Omit<CallRecord, Timing> => ({
  callId,
  turnId,
  userId,
  plan,
  purpose,
  model: model.id,
  provider: model.provider,
  outcome: outcomeOf(leg),
  failure: leg.end.kind === 'failed' ? leg.end.error.kind : null,
  usage: leg.meter.hasUsage ? rate(leg.meter.measure(), model.price) : null,
})

const rejectedCall = ({ callId, turnId, userId, plan, purpose }: CompletionCommand, model: Model, latencyMs: number): CallRecord => ({
  ...{ callId, turnId, userId, plan, purpose, latencyMs },
  model: model.id,
  provider: model.provider,
  outcome: 'failed',
  failure: 'content',
  usage: null,
  firstTokenMs: null,
  endedAt: new Date(),
})

function outcomeOf({ end }: Leg): Outcome {
  if (end.kind === 'finished') return 'completed'
  return end.error.kind === 'aborted' && end.error !== DRAINING ? 'aborted' : 'failed'
}

const sinceMs = (startedMs: number): number => Math.round(performance.now() - startedMs)

const finishReasons: Readonly<Record<ProviderFinishReason, FinishReason>> = {
  stop: FinishReason.STOP,
  length: FinishReason.LENGTH,
  tool_calls: FinishReason.TOOL_CALLS,
  content_filter: FinishReason.CONTENT_FILTER,
}
