import { FinishReason } from '@parley/contracts'
import type { Route } from '../catalogue/catalogue.ts'
import type { FinishReason as ProviderFinishReason } from '../providers/provider.ts'
import type { Safety } from '../safety/safety.ts'
import type { Bookings } from './bookings.ts'
import { usageFigures } from './call-fact.ts'
import type { CallHeartbeats, CallLife } from './call-heartbeats.ts'
import { chargedLegOf, legRecordOf, outcomeOf } from './call-legs.ts'
import type { CallRecord } from './call-record.ts'
import type { CompletionCommand } from './completion-command.ts'
import { failureOf } from './completion-failure.ts'
import { type AnswerDeps, type FoundAnswer, findAnswer } from './find-answer.ts'
import { guardCompletion } from './guard-completion.ts'
import type { PartWriter } from './part-writer.ts'

export interface CompletionDeps extends AnswerDeps {
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
  route: Route,
  out: PartWriter,
  signal: AbortSignal,
): Promise<void> {
  const startedMs = performance.now()
  const life = deps.heartbeats.begin(command.callId)
  // One that ends in an unforeseen way is booked as lost, by whoever misses its heartbeat.
  const unforeseen = (error: unknown) => {
    deps.heartbeats.end(command.callId)
    throw error
  }
  const answer = await watchedAnswer(deps, command, route, out, life, signal).catch(unforeseen)
  const call = recordOf(command, route, answer, Math.round(performance.now() - startedMs))
  const isBooked = await deps.bookings.book(call)

  const usage = call.usage && isBooked ? usageFigures(call, call.usage) : undefined
  if (answer.end.kind === 'failed') out.failed({ ...failureOf(answer.end.error), usage })
  else out.finished({ reason: finishReasons[answer.end.reason], model: call.model, provider: call.provider, usage })
}

/** The answer as far as it may stand: refused before anybody was asked, or ended for what it says. */
async function watchedAnswer(
  deps: CompletionDeps,
  command: CompletionCommand,
  route: Route,
  out: PartWriter,
  life: CallLife,
  signal: AbortSignal,
): Promise<FoundAnswer> {
  const guard = guardCompletion(deps.safety, command, out, signal)
  if (guard.rejected) return { legs: [], end: { kind: 'failed', error: guard.rejected }, text: '', firstTokenMs: null, origin: null }
  const { text, toolCall } = guard
  const answer = await findAnswer(deps, guard.command, route, { ...out, text, toolCall }, life, guard.signal)
  const blocked = await guard.end()
  return blocked ? { ...answer, end: { kind: 'failed', error: blocked } } : answer
}

function recordOf(
  { callId, turnId, userId, plan, purpose }: CompletionCommand,
  { targets }: Route,
  { legs, end, firstTokenMs, origin }: FoundAnswer,
  latencyMs: number,
): CallRecord {
  const charged = chargedLegOf(legs)
  const { id, provider } = charged?.model ?? legs.at(-1)?.model ?? targets[0]
  return {
    ...{ callId, turnId, userId, plan, purpose, latencyMs, firstTokenMs },
    model: origin?.model ?? id,
    provider: origin?.provider ?? provider,
    outcome: outcomeOf(end),
    failure: end.kind === 'failed' ? end.error.kind : null,
    usage: origin ? { ...NOTHING, priceId: origin.priceId } : (charged?.usage ?? null),
    chargedLeg: charged?.number ?? null,
    legs: legs.map(legRecordOf),
    isCached: origin !== null,
    endedAt: new Date(),
  }
}

/** What an answer uses for which no vendor was asked. */
const NOTHING = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0, costMicroUsd: 0n, isEstimated: false }

const finishReasons: Readonly<Record<ProviderFinishReason, FinishReason>> = {
  stop: FinishReason.STOP,
  length: FinishReason.LENGTH,
  tool_calls: FinishReason.TOOL_CALLS,
  content_filter: FinishReason.CONTENT_FILTER,
}
