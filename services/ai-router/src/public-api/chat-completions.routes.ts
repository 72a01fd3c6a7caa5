import type { OutgoingHttpHeaders } from 'node:http'
import { openAiApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Route } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { watchRequestEnding } from '../completions/call-ending.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'
import { mostInputTokens } from '../completions/cost-bound.ts'
import type { Load } from '../completions/load.ts'
import { needsOf } from '../completions/needs-of.ts'
import { type CompletionDeps, runCompletion } from '../completions/run-completion.ts'
import type { RunningCalls } from '../completions/running-calls.ts'
import { estimateInput } from '../completions/usage-meter.ts'
import { DRAINING } from '../providers/provider-error.ts'
import { type AdmissionDeps, admitCall } from './admit-call.ts'
import { errorOf } from './answer-failure.ts'
import { chatCommand } from './chat-command.ts'
import { type ChatRequest, readChatRequest } from './chat-request.ts'
import { createChunkWriter } from './chunk-writer.ts'
import { callIdOf, identityOf } from './completion-identity.ts'
import { markFinal } from './final-errors.ts'
import { quotaHeaders } from './quota.client.ts'
import { refuseOtherKind } from './refuse-other-kind.ts'
import { shedEarly } from './shed-early.ts'
import { createWholeAnswer } from './whole-answer.ts'

export interface ChatCompletionDeps extends CompletionDeps, AdmissionDeps {
  load: Load
  catalogue: LiveCatalogue
  running: RunningCalls
}

/** POST /v1/chat/completions: OpenAI's request and answer around the same use case that answers turns. */
export function chatCompletionRoutes(app: App, deps: ChatCompletionDeps): void {
  const options = { bodyLimit: openAiApi.BODY_MAX_BYTES, schema: { hide: true }, onRequest: shedEarly(deps.load) }
  app.post('/v1/chat/completions', options, async (request, reply) => {
    const principal = requireUser(request)
    const wish = readChatRequest(request.body)
    const caller = { callId: callIdOf(principal.userId, request.headers['idempotency-key']), userId: principal.userId }
    // Refuses what is no conversation before a message is taken for it.
    const draft = chatCommand(wish, { ...caller, plan: 'free' })
    const needs = needsOf(draft)
    refuseOtherKind(deps.catalogue.current(), draft.model, 'chat')
    const admitted = await admitCall(
      deps,
      {
        ...{ callId: caller.callId, principal, inputTokens: estimateInput(draft) },
        targetsFor: (plan) => deps.catalogue.current().targetsFor(draft.model, plan, needs),
        ...{ mostInputTokens: mostInputTokens(draft), maxOutputTokens: draft.maxOutputTokens },
        onReserved: ({ windows }) => void reply.headers(quotaHeaders(windows)),
      },
      request.deadline,
    ).catch(markFinal(reply))
    return answer(deps, { ...draft, plan: admitted.plan }, admitted.route, wish, request, reply)
  })
}

async function answer(
  deps: ChatCompletionDeps,
  command: CompletionCommand,
  route: Route,
  { stream, stream_options: options }: ChatRequest,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const ending = watchRequestEnding(request, reply, deps.clocks.totalMs)
  const identity = identityOf(command.callId)
  const run = <Writer extends Parameters<typeof runCompletion>[3]>(out: Writer): Promise<Writer> => {
    const work = runCompletion(deps, command, route, out, ending.signal)
    return deps.running.track(command.callId, work, () => ending.abort(DRAINING)).then(() => out)
  }
  try {
    if (!stream) {
      const { body, failure } = await run(createWholeAnswer(identity))
      if (failure) throw errorOf(failure)
      return reply.send(body)
    }
    const { failure } = await run(
      createChunkWriter({
        ...identity,
        response: reply.raw,
        begin: () => beginStream(reply),
        includesUsage: options?.include_usage === true,
        signal: ending.signal,
      }),
    )
    if (failure && !reply.sent) throw errorOf(failure)
    reply.raw.end()
    return reply
  } catch (error) {
    if (!reply.sent) throw error
    // A broken connection is the only honest answer left: it reads as a cut.
    request.log.error({ err: error, callId: command.callId }, 'a completion failed in an unforeseen way')
    reply.raw.destroy()
    return reply
  } finally {
    ending.release()
  }
}

function beginStream(reply: FastifyReply): void {
  const common = reply.getHeaders() as OutgoingHttpHeaders
  reply.hijack()
  reply.raw.writeHead(200, {
    ...common,
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
}
