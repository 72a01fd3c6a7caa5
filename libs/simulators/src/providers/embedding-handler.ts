import type { IncomingMessage, ServerResponse } from 'node:http'
import { type AnswerHandlerDeps, readJson, refusal, refuse } from './answer-handler.ts'
import type { AnswerRequest } from './answer-source.ts'
import type { EmbeddingRequest, EmbeddingWire } from './embedding-wires.ts'
import { simulatedVector } from './embeddings.ts'
import { reset, untilAborted } from './play-answer.ts'
import { isRecord } from './request-body.ts'
import type { RequestOutcome } from './request-log.ts'
import { countTokens } from './tokens.ts'
import { RefusedRequest } from './wire.ts'

/** Gives vectors in a vendor's format. Of the faults `rate_limited`, `status`, `reset` and `stall` can be ordered (task `embedding`). */
export async function handleEmbeddings(
  wire: EmbeddingWire,
  deps: AnswerHandlerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  const clientGone = new AbortController()
  response.once('close', () => clientGone.abort())
  const signal = AbortSignal.any([clientGone.signal, deps.closing])
  let body: Record<string, unknown>
  let wanted: EmbeddingRequest
  try {
    if (!request.headers[wire.keyHeader]) throw new RefusedRequest(401, 'There is no API key.')
    const given = await readJson(request)
    if (!isRecord(given)) throw new RefusedRequest(400, 'The request body is not an object.')
    body = given
    wanted = wire.read(body, path)
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error
    return refuse(response, wire.error(error.status, error.message))
  }
  const inputTokens = wanted.inputs.reduce((sum, text) => sum + countTokens(text), 0)
  const logged: AnswerRequest = {
    provider: wire.provider,
    model: wanted.model,
    system: '',
    messages: wanted.inputs.map((text) => ({ role: 'user', text })),
    prefill: '',
    task: 'embedding',
  }
  const entry = deps.log.add(logged, { stream: false, inputTokens })
  const fault = deps.takeFault(logged)
  const refused = fault && refusal(wire, fault)
  let outcome: RequestOutcome = fault?.kind ?? 'completed'
  if (refused) refuse(response, refused)
  else if (fault?.kind === 'reset') await reset(response)
  else if (fault?.kind === 'stall') await untilAborted(signal)
  else {
    outcome = 'completed'
    const vectors = wanted.inputs.map((text) => simulatedVector(text, wanted.dimensions))
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(wire.write(wanted, vectors, inputTokens, body)))
  }
  deps.log.finish(entry, outcome)
}
