import { CompletionState } from '@parley/contracts'
import type { Logger } from '@parley/telemetry'
import type { Model, Plan } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { ProviderRequest } from '../providers/provider.ts'
import type { ProviderRegistry } from '../providers/registry.ts'
import type { CallLife } from './call-heartbeats.ts'
import type { Clocks } from './clocks.ts'
import type { CompletionCommand } from './completion-command.ts'
import { observeLeg } from './gen-ai.ts'
import { outputLimit } from './output-limit.ts'
import type { PartWriter } from './part-writer.ts'
import { type Leg, runLeg } from './run-leg.ts'
import { createUsageMeter } from './usage-meter.ts'

export interface TargetDeps {
  catalogue: Pick<LiveCatalogue, 'current'>
  providers: ProviderRegistry
  clocks: Clocks
  /** Most output tokens of one answer. */
  outputLimits: Readonly<Record<Plan, number>>
  logger: Logger
}

/** Told what happens while targets are asked. */
export type TargetListener = Pick<PartWriter, 'started' | 'status' | 'text'> & CallLife

/** What was asked last, and how that ended. */
export interface Attempt {
  model: Model
  leg: Leg
}

/** How often another target may be tried. */
const FALL_BACKS = 1

/**
 * Asks the first target and, when its vendor fails before the first token, the next one. After the first token a failure
 * is the answer's end: the caller has text that another model would not go on from by itself.
 */
export async function runTargets(
  deps: TargetDeps,
  command: CompletionCommand,
  targets: readonly [Model, ...Model[]],
  out: TargetListener,
  signal: AbortSignal,
): Promise<Attempt> {
  let [model] = targets
  for (let index = 0; ; index += 1) {
    const leg = await runTarget(deps, command, model, out, signal)
    if (leg.end.kind === 'finished') return { model, leg }
    const { error } = leg.end
    // What was switched off since the targets were chosen is not asked any more.
    const next = index < FALL_BACKS ? targets.slice(index + 1).find(({ id }) => deps.catalogue.current().mayAsk(id)) : undefined
    const isSwitching = next !== undefined && !leg.hasText && !signal.aborted && error.isWorthAnotherProvider
    if (error.kind !== 'aborted') {
      const { callId, turnId } = command
      // The call is booked with what answers it; what a vendor bills for a leg without text is seen here and in the metrics.
      const wasted = isSwitching && leg.meter.hasUsage ? leg.meter.measure() : undefined
      deps.logger.warn({ err: error, provider: model.provider, model: model.id, callId, turnId, isSwitching, wasted }, 'a provider failed')
    }
    if (!isSwitching) return { model, leg }
    out.status(CompletionState.SWITCHED_PROVIDER, `${model.name} does not answer, switching to ${next.name}.`)
    model = next
  }
}

function runTarget(
  { providers, clocks, outputLimits }: TargetDeps,
  command: CompletionCommand,
  model: Model,
  out: Omit<TargetListener, 'status'>,
  signal: AbortSignal,
): Promise<Leg> {
  const provider = providers.get(model.provider)
  if (!provider) throw new Error(`no provider '${model.provider}' for an available model`)
  const { system, messages, prefill } = command
  const request: ProviderRequest = {
    model: model.vendorModel,
    system,
    messages,
    prefill,
    acceptsPrefill: model.acceptsPrefill,
    maxOutputTokens: outputLimit(command, model, outputLimits),
  }
  const meter = createUsageMeter(request)
  out.asks(model, meter)
  const listener = { started: () => out.started(model.id, model.provider), text: out.text }
  return observeLeg({ model, provider, request, ids: command, listener }, (observed) =>
    runLeg(provider, request, meter, clocks, signal, observed),
  )
}
