import { CompletionState, FinishReason } from '@parley/contracts'
import type { Logger } from '@parley/telemetry'
import type { Model, Plan } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { FinishReason as ProviderFinishReason, ProviderRequest } from '../providers/provider.ts'
import { ProviderError } from '../providers/provider-error.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { Bookings } from './bookings.ts'
import type { CallRecord, CallUsage, Outcome } from './call-record.ts'
import { usageFigures } from './calls.store.ts'
import type { Clocks } from './clocks.ts'
import type { CompletionCommand } from './completion-command.ts'
import { type CompletionFailure, failureOf, failures } from './completion-failure.ts'
import { costMicroUsd } from './cost.ts'
import { observeLeg } from './gen-ai.ts'
import type { PartWriter } from './part-writer.ts'
import { type Leg, runLeg } from './run-leg.ts'

export interface CompletionDeps {
  catalogue: LiveCatalogue
  providers: ProviderRegistry
  bookings: Bookings
  clocks: Clocks
  /** Most output tokens of one answer. */
  outputLimits: Readonly<Record<Plan, number>>
  logger: Logger
}

/** Reason of the signal when this replica shuts down: the caller may go on elsewhere. */
export const DRAINING = new ProviderError('aborted', 'this replica is shutting down')

/** How often another target may be tried before the first token. */
const FALL_BACKS = 1

/**
 * Answers one completion: parts to `out`, the last one always `finished` or `failed`, and one booking when anything was
 * used. The booking is durable before the caller learns the end, so that what was answered was also counted.
 *
 * @param signal ends it early; its reason is a ProviderError: `aborted` when the caller is gone, `timeout` when the time
 * is over, `DRAINING`
 */
export async function runCompletion(deps: CompletionDeps, command: CompletionCommand, out: PartWriter, signal: AbortSignal): Promise<void> {
  const found = deps.catalogue.current().targetsFor(command.model, command.plan)
  if (found.kind !== 'found') return out.failed(found.kind === 'not_allowed' ? failures.modelNotAllowed : failures.noneConfigured)

  const startedMs = performance.now()
  let firstTokenMs: number | null = null
  const text = (delta: string) => {
    firstTokenMs ??= sinceMs(startedMs)
    return out.text(delta)
  }
  const { model, leg } = await runTargets(deps, command, found.targets, out, text, signal)

  const usage = leg.meter.hasUsage ? rate(leg, model) : null
  const call: CallRecord = {
    callId: command.callId,
    turnId: command.turnId,
    userId: command.userId,
    plan: command.plan,
    model: model.id,
    provider: model.provider,
    outcome: outcomeOf(leg),
    failure: leg.end.kind === 'failed' ? leg.end.error.kind : null,
    usage,
    latencyMs: sinceMs(startedMs),
    firstTokenMs,
    endedAt: new Date(),
  }
  await deps.bookings.book(call)

  const figures = usage ? usageFigures(call, usage) : undefined
  if (leg.end.kind === 'failed') out.failed({ ...failureFor(leg.end.error), retryAfterMs: retryAfterOf(leg.end.error), usage: figures })
  else out.finished({ reason: finishReasons[leg.end.reason], model: model.id, provider: model.provider, usage: figures })
}

/** Before the first token a failure of the vendor's goes to the next target; after it the failure is the answer's end. */
async function runTargets(
  deps: CompletionDeps,
  command: CompletionCommand,
  targets: readonly [Model, ...Model[]],
  out: PartWriter,
  text: (delta: string) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<{ model: Model; leg: Leg }> {
  let [model] = targets
  for (let index = 0; ; index += 1) {
    const leg = await runTarget(deps, command, model, out, text, signal)
    const next = targets[index + 1]
    if (leg.end.kind === 'finished') return { model, leg }
    const { error } = leg.end
    const canSwitch = next && index < FALL_BACKS && !leg.hasText && !signal.aborted && error.isWorthAnotherProvider
    const { turnId, callId } = command
    if (error.kind !== 'aborted') {
      deps.logger.warn({ err: error, provider: model.provider, model: model.id, turnId, callId, isSwitching: Boolean(canSwitch) }, 'provider failed')
    }
    if (!canSwitch) return { model, leg }
    out.status(CompletionState.COMPLETION_STATE_SWITCHED_PROVIDER, `${model.name} does not answer. Switching to ${next.name}.`)
    model = next
  }
}

function runTarget(
  { providers, clocks, outputLimits }: CompletionDeps,
  command: CompletionCommand,
  model: Model,
  out: PartWriter,
  text: (delta: string) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<Leg> {
  const provider = providers.get(model.provider)
  if (!provider) throw new Error(`no provider '${model.provider}' for an available model`)
  const { plan, system, messages, prefill, maxOutputTokens } = command
  const request: ProviderRequest = {
    model: model.vendorModel,
    system,
    messages,
    prefill,
    acceptsPrefill: model.acceptsPrefill,
    maxOutputTokens: Math.min(maxOutputTokens || Number.POSITIVE_INFINITY, outputLimits[plan], model.maxOutputTokens),
  }
  const listener = { started: () => out.started(model.id, model.provider), text }
  return observeLeg({ model, provider, request, ids: command, listener }, (observed) => runLeg(provider, request, clocks, signal, observed))
}

function rate({ meter }: Leg, { price }: Model): CallUsage {
  const usage = meter.measure()
  return { ...usage, costMicroUsd: costMicroUsd(usage, price), priceId: price.id }
}

function outcomeOf({ end }: Leg): Outcome {
  if (end.kind === 'finished') return 'completed'
  return end.error.kind === 'aborted' && end.error !== DRAINING ? 'aborted' : 'failed'
}

const failureFor = (error: ProviderError): CompletionFailure => (error === DRAINING ? failures.draining : failureOf(error))
const retryAfterOf = ({ retryAfterMs = 0 }: ProviderError): bigint => BigInt(retryAfterMs)
const sinceMs = (startedMs: number): number => Math.round(performance.now() - startedMs)

const finishReasons: Readonly<Record<ProviderFinishReason, FinishReason>> = {
  stop: FinishReason.STOP,
  length: FinishReason.LENGTH,
  content_filter: FinishReason.CONTENT_FILTER,
}
