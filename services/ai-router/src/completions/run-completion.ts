import { FinishReason } from '@parley/contracts'
import type { Route } from '../catalogue/catalogue.ts'
import type { FinishReason as ProviderFinishReason } from '../providers/provider.ts'
import { DRAINING } from '../providers/provider-error.ts'
import type { Bookings } from './bookings.ts'
import { usageFigures } from './call-fact.ts'
import type { CallHeartbeats } from './call-heartbeats.ts'
import type { CallRecord, Outcome } from './call-record.ts'
import type { CompletionCommand } from './completion-command.ts'
import { failureOf } from './completion-failure.ts'
import { rate } from './cost.ts'
import type { PartWriter, ToolCallPiece } from './part-writer.ts'
import type { Leg } from './run-leg.ts'
import { type Attempt, runTargets, type TargetDeps } from './run-targets.ts'

export interface CompletionDeps extends TargetDeps {
  bookings: Bookings
  heartbeats: CallHeartbeats
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
  { targets }: Route,
  out: PartWriter,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = performance.now()
  let firstTokenMs: number | null = null
  const text = (delta: string) => {
    firstTokenMs ??= sinceMs(startedMs)
    return out.text(delta)
  }
  const toolCall = (piece: ToolCallPiece) => {
    firstTokenMs ??= sinceMs(startedMs)
    return out.toolCall(piece)
  }
  const { asks } = deps.heartbeats.begin(command.callId)
  // One that ends in an unforeseen way is booked as lost, by whoever misses its heartbeat.
  const unforeseen = (error: unknown) => {
    deps.heartbeats.end(command.callId)
    throw error
  }
  const listener = { started: out.started, status: out.status, text, toolCall, asks }
  const attempt = await runTargets(deps, command, targets, listener, signal).catch(unforeseen)
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
