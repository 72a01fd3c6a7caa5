import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer, AnswerRequest, Fault, SimulatedCall } from './answer-source.ts'
import { backgroundTaskOf } from './background-task.ts'
import type { Pace } from './pace.ts'
import { playAnswer, reset, untilAborted } from './play-answer.ts'
import type { ReceivedRequest, RequestLog, RequestOutcome } from './request-log.ts'
import { countTokens, splitTokens } from './tokens.ts'
import { type Finish, RefusedRequest, type Wire, type WireError, type WireRequest } from './wire.ts'

const BODY_LIMIT_BYTES = 32 * 1024 * 1024
/** What a vendor's chat format adds to each message. */
const TOKENS_PER_MESSAGE = 4

/** What answering needs to know; read afresh for every request. */
export interface AnswerHandlerDeps {
  log: RequestLog
  answer(request: AnswerRequest, signal: AbortSignal): Promise<Answer>
  /** A fault that was ordered from outside; it wins over the answer's own. */
  takeFault(request: AnswerRequest): Fault | undefined
  pace(): Pace
  /** Fires when the simulator closes. */
  closing: AbortSignal
  onError(error: unknown): void
}

/** Answers one request in the given wire format, streaming or whole. `path` is below the one where the wire is mounted. */
export async function handleAnswer(
  wire: Wire,
  deps: AnswerHandlerDeps,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
): Promise<void> {
  let wireRequest: WireRequest
  try {
    wireRequest = wire.read(await readJson(request), request.headers, path)
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error
    return refuse(response, wire.error(error.status, error.message))
  }
  const clientGone = new AbortController()
  response.once('close', () => clientGone.abort())
  const signal = AbortSignal.any([clientGone.signal, deps.closing])
  const entry = deps.log.add(asAnswerRequest(wireRequest), { stream: wireRequest.stream, inputTokens: countInput(wireRequest) })
  try {
    deps.log.finish(entry, await respond(wire, wireRequest, deps, entry, response, signal))
  } catch (error) {
    deps.log.finish(entry, signal.aborted ? 'aborted' : 'status')
    if (signal.aborted) return
    deps.onError(error)
    if (response.headersSent) response.destroy()
    else refuse(response, wire.error(500, 'The answer source failed.'))
  }
}

async function respond(
  wire: Wire,
  wireRequest: WireRequest,
  deps: AnswerHandlerDeps,
  entry: ReceivedRequest,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<RequestOutcome> {
  const answerRequest = asAnswerRequest(wireRequest)
  const ordered = deps.takeFault(answerRequest)
  const refusedAtOnce = ordered && refusal(wire, ordered)
  if (refusedAtOnce) {
    refuse(response, refusedAtOnce)
    return ordered.kind
  }
  const answer = await deps.answer(answerRequest, signal)
  const fault = ordered ?? answer.fault
  const pace = deps.pace()
  const delayMs = fault?.kind === 'slow_first_token' ? fault.delayMs : (answer.firstTokenMs ?? pace.firstTokenMs)
  if (delayMs > 0) await sleep(delayMs, undefined, { signal }).catch(() => {})
  if (signal.aborted) return 'aborted'

  const refused = fault && refusal(wire, fault)
  if (refused) {
    refuse(response, refused)
    return fault.kind
  }
  if (fault?.kind === 'reset' && fault.afterTokens === undefined) {
    await reset(response)
    return fault.kind
  }
  const toolCalls = (answer.toolCalls ?? []).filter(({ name }) => wireRequest.tools?.includes(name))
  const { tokens, finish } = cut(answer.text, wireRequest, toolCalls.length > 0)
  const outputTokens = tokens.length + toolCalls.reduce((sum, call) => sum + tokensOfCall(call), 0)
  const head = { model: wireRequest.model, inputTokens: entry.inputTokens, includeUsage: wireRequest.includeUsage }
  if (wireRequest.stream) {
    const tokensPerSecond = answer.tokensPerSecond ?? pace.tokensPerSecond
    return playAnswer(
      response,
      { events: wire.events(head), tokens, toolCalls, outputTokens, finish, tokensPerSecond, fault },
      entry,
      signal,
    )
  }
  entry.outputTokens = outputTokens
  return sendWhole(response, JSON.stringify(wire.whole(head, { text: tokens.join(''), toolCalls }, finish, outputTokens)), fault, signal)
}

async function sendWhole(response: ServerResponse, json: string, fault: Fault | undefined, signal: AbortSignal): Promise<RequestOutcome> {
  const kind = fault?.kind
  if (kind === 'stall') {
    await untilAborted(signal)
    return kind
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) })
  if (kind === 'truncate' || kind === 'reset' || kind === 'error_event') {
    response.write(json.slice(0, json.length / 2), () => response.destroy())
    return kind
  }
  response.end(kind === 'malformed' ? json.replace('{', '[') : json)
  return kind === 'malformed' ? kind : 'completed'
}

/** The text as tokens, cut at the first stop sequence and at the token limit. */
function cut(text: string, { stopSequences, maxOutputTokens }: WireRequest, callsTools: boolean): { tokens: string[]; finish: Finish } {
  let finish: Finish = { reason: callsTools ? 'tool_calls' : 'stop' }
  let end = text.length
  for (const sequence of stopSequences) {
    const at = text.indexOf(sequence)
    if (at < 0 || at >= end) continue
    end = at
    finish = { reason: 'stop_sequence', sequence }
  }
  const tokens = splitTokens(text.slice(0, end))
  if (tokens.length <= maxOutputTokens) return { tokens, finish }
  return { tokens: tokens.slice(0, maxOutputTokens), finish: { reason: 'length' } }
}

const tokensOfCall = ({ name, arguments: given }: SimulatedCall): number => countTokens(name) + countTokens(JSON.stringify(given))

export function refusal(wire: Pick<Wire, 'error'>, fault: Fault): WireError | undefined {
  if (fault.kind === 'rate_limited') return wire.error(429, 'Rate limit reached. Please try again later.', fault.retryAfterS ?? 1)
  if (fault.kind === 'status') return wire.error(fault.status, `Simulated failure ${fault.status}`)
  return undefined
}

export function refuse(response: ServerResponse, { status, headers, body }: WireError): void {
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(body))
}

export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > BODY_LIMIT_BYTES) throw new RefusedRequest(413, 'Request exceeds the maximum allowed number of bytes.')
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new RefusedRequest(400, 'We could not parse the JSON body of your request.')
  }
}

function asAnswerRequest({ provider, model, system, messages, prefill, tools, toolResults }: WireRequest): AnswerRequest {
  const task = backgroundTaskOf(system)
  return { provider, model, system, messages, prefill, ...(tools && { tools }), ...(toolResults && { toolResults }), ...(task && { task }) }
}

function countInput({ system, messages, prefill, toolResults = [] }: WireRequest): number {
  const texts = [...messages.map(({ text }) => text), ...[system, prefill].filter(Boolean), ...toolResults]
  return texts.reduce((sum, text) => sum + countTokens(text) + TOKENS_PER_MESSAGE, 0)
}
