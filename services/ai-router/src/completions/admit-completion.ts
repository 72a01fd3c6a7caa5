import { commonErrors } from '@parley/errors'
import type { Principal } from '@parley/principal'
import { type Catalogue, isAuto, type Targets } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { errors } from '../errors.ts'
import { DRAINING } from '../providers/provider-error.ts'
import type { CallEnding } from './call-ending.ts'
import type { CallStore } from './calls.store.ts'
import { type CompletionCommand, readCommand } from './completion-command.ts'
import { type CompletionFailure, failures } from './completion-failure.ts'
import type { Load } from './load.ts'
import { needsOf } from './needs-of.ts'
import type { PartWriter } from './part-writer.ts'
import { type CompletionDeps, runCompletion } from './run-completion.ts'
import type { RunningCalls } from './running-calls.ts'
import { expectedOf } from './unheard-calls.ts'
import { estimateInput } from './usage-meter.ts'

export interface AdmitDeps extends CompletionDeps {
  load: Load
  catalogue: LiveCatalogue
  calls: Pick<CallStore, 'claim'>
  running: RunningCalls
}

/** A completion that another service asks for, let in: from here on its failures are parts of its answer. */
export interface AdmittedCompletion {
  /** Writes the answer to its end. Throws what nobody foresaw. */
  answer(out: PartWriter, ending: CallEnding): Promise<void>
}

/**
 * Lets one completion in: the request is read, there is room, and nobody runs the call or ran it before.
 *
 * @param body the JSON of a CompletionRequest (completions.proto)
 * @throws AppError what is wrong with the request
 */
export async function admitCompletion(deps: AdmitDeps, body: unknown, principal: Principal): Promise<AdmittedCompletion> {
  const command = readCommand(body)
  deps.load.admit('chat')
  if (command.userId !== principal.userId) throw commonErrors.forbidden({ internal: 'the completion is for somebody else' })
  const found = targetsOf(deps.catalogue.current(), command)
  if (found.kind !== 'found') return { answer: async (out) => out.failed(refusals[found.kind]) }
  const claim = deps.calls.claim({ ...command, expected: expectedOf(found, estimateInput(command)) })
  if (!(await deps.load.begins(claim))) {
    throw errors.call_exists({ internal: `call ${command.callId} was run before` })
  }
  return {
    answer: (out, ending) =>
      deps.running.track(command.callId, runCompletion(deps, command, found, out, ending.signal), () => ending.abort(DRAINING)),
  }
}

/** Who asks on the platform's account names no model: the cheapest will do. */
function targetsOf(catalogue: Catalogue, command: CompletionCommand): Targets {
  const { model, plan, purpose } = command
  const needs = needsOf(command)
  return (purpose === 'title' || purpose === 'summary') && isAuto(model)
    ? catalogue.cheapestTargets(needs)
    : catalogue.targetsFor(model, plan, needs)
}

const refusals: Readonly<Record<Exclude<Targets['kind'], 'found'>, CompletionFailure>> = {
  not_allowed: failures.modelNotAllowed,
  not_capable: failures.modelNotCapable,
  none_configured: failures.unavailable,
}
