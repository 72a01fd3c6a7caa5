import type { OutgoingHttpHeaders } from 'node:http'
import { commonErrors } from '@parley/errors'
import { type App, requireUser } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Catalogue, isAuto, type Targets } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { errors } from '../errors.ts'
import { DRAINING } from '../providers/provider-error.ts'
import { watchCallEnding } from './call-ending.ts'
import type { CallStore } from './calls.store.ts'
import { type CompletionCommand, readCommand } from './completion-command.ts'
import { type CompletionFailure, failures } from './completion-failure.ts'
import type { Load } from './load.ts'
import { needsOf } from './needs-of.ts'
import { createPartWriter } from './part-writer.ts'
import { type CompletionDeps, runCompletion } from './run-completion.ts'
import type { RunningCalls } from './running-calls.ts'
import { expectedOf } from './unheard-calls.ts'
import { estimateInput } from './usage-meter.ts'

interface CompletionRouteDeps extends CompletionDeps {
  load: Load
  catalogue: LiveCatalogue
  calls: Pick<CallStore, 'claim'>
  running: RunningCalls
}

/** A conversation with its context; users' messages alone are at most 5,000 characters each. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024

/**
 * POST /internal/completions: CompletionRequest in, one CompletionPart as JSON a line out (completions.proto). What is
 * wrong with the request is a problem with its status; from then on it is 200, and failures are a `failed` part.
 */
export function completionRoutes(app: App, deps: CompletionRouteDeps): void {
  app.post('/internal/completions', { bodyLimit: BODY_LIMIT_BYTES, schema: { hide: true } }, async (request, reply) => {
    const principal = requireUser(request)
    const command = readCommand(request.body)
    deps.load.admit('chat')
    if (command.userId !== principal.userId) throw commonErrors.forbidden({ internal: 'the completion is for somebody else' })
    const found = targetsOf(deps.catalogue.current(), command)
    if (found.kind === 'found' && !(await deps.calls.claim({ ...command, expected: expectedOf(found, estimateInput(command)) }))) {
      throw errors.call_exists({ internal: `call ${command.callId} was run before` })
    }
    reply.hijack()
    await answer(deps, command, found, request, reply)
  })
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

async function answer(
  deps: CompletionRouteDeps,
  command: CompletionCommand,
  found: Targets,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  const response = reply.raw
  const ending = watchCallEnding(request, reply, deps.clocks.totalMs)

  const common = reply.getHeaders() as OutgoingHttpHeaders
  response.writeHead(200, { ...common, 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' })
  response.flushHeaders()
  const out = createPartWriter(response, ending.signal)
  try {
    if (found.kind !== 'found') out.failed(refusals[found.kind])
    else await deps.running.track(command.callId, runCompletion(deps, command, found, out, ending.signal), () => ending.abort(DRAINING))
    response.end()
  } catch (error) {
    // A broken connection is the only honest answer left: it reads as a cut.
    request.log.error({ err: error, callId: command.callId }, 'a completion failed in an unforeseen way')
    response.destroy()
  } finally {
    ending.release()
  }
}
