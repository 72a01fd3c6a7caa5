import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { SimulatedCall } from './answer-source.ts'
import { createConversation } from './conversation.ts'
import { offeredTools } from './openai-wire.ts'
import {
  type AnswerContent,
  type AnswerHead,
  type EventWriter,
  type Finish,
  inPieces,
  isRecord,
  RefusedRequest,
  strings,
  textOf,
  type Wire,
  type WireError,
  type WireRequest,
} from './wire.ts'

// Source: Cohere API reference, 'Chat (v2)', 'Streaming Responses' and 'Errors'.

function read(body: unknown, headers: IncomingHttpHeaders): WireRequest {
  if (!headers.authorization?.startsWith('Bearer ')) throw new RefusedRequest(401, 'no api key supplied')
  if (!isRecord(body)) throw new RefusedRequest(400, 'invalid request: could not parse body')
  if (typeof body.model !== 'string' || body.model === '') throw new RefusedRequest(400, 'invalid request: model is required')
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    throw new RefusedRequest(400, 'invalid request: list of messages must not be empty')
  const system: string[] = []
  const conversation = createConversation()
  for (const message of body.messages as unknown[]) {
    if (!isRecord(message)) throw new RefusedRequest(400, 'invalid request: a message must be an object')
    const text = textOf(message.content)
    if (message.role === 'system') system.push(text)
    else if (message.role === 'user' || message.role === 'assistant') conversation.say(message.role, text)
    else if (message.role === 'tool') conversation.toolResult(text)
    else throw new RefusedRequest(400, 'invalid request: message must have a valid role')
  }
  return {
    provider: 'cohere',
    model: body.model,
    system: system.join('\n\n'),
    ...conversation.read(),
    ...offeredTools(body),
    stream: body.stream === true,
    includeUsage: true,
    maxOutputTokens: typeof body.max_tokens === 'number' ? body.max_tokens : Number.POSITIVE_INFINITY,
    stopSequences: strings(body.stop_sequences),
  }
}

const finishReason = ({ reason }: Finish) =>
  ({ stop: 'COMPLETE', length: 'MAX_TOKENS', stop_sequence: 'STOP_SEQUENCE', tool_calls: 'TOOL_CALL' })[reason]
/** What the vendor adds to a conversation by itself is processed and not billed. */
const PREAMBLE_TOKENS = 507
const usage = (inputTokens: number, outputTokens: number) => ({
  billed_units: { input_tokens: inputTokens, output_tokens: outputTokens },
  tokens: { input_tokens: inputTokens + PREAMBLE_TOKENS, output_tokens: outputTokens },
  cached_tokens: 0,
})
const toolCall = (call: SimulatedCall) => ({
  id: `${call.name}_${randomBytes(6).toString('hex')}`,
  type: 'function',
  function: { name: call.name, arguments: JSON.stringify(call.arguments) },
})

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

function events({ inputTokens }: AnswerHead): EventWriter {
  const [before = '', after = ''] = event('content-delta', { index: 0, delta: { message: { content: { text: ' ' } } } }).split('" "')
  return {
    begin: () =>
      event('message-start', {
        id: randomUUID(),
        delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
      }) + event('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
    token: (text) => before + JSON.stringify(text) + after,
    toolCall(call, index) {
      const { function: called, ...rest } = toolCall(call)
      const begin = { ...rest, function: { ...called, arguments: '' } }
      const write = (piece: string) =>
        event('tool-call-delta', { index, delta: { message: { tool_calls: { function: { arguments: piece } } } } })
      return (
        event('tool-call-start', { index, delta: { message: { tool_calls: begin } } }) +
        inPieces(called.arguments).map(write).join('') +
        event('tool-call-end', { index })
      )
    },
    end: (finish, outputTokens) =>
      event('content-end', { index: 0 }) +
      event('message-end', { delta: { finish_reason: finishReason(finish), usage: usage(inputTokens, outputTokens) } }),
    error: () => event('message-end', { delta: { error: 'internal error', finish_reason: 'ERROR' } }),
  }
}

const whole = ({ inputTokens }: AnswerHead, { text, toolCalls }: AnswerContent, finish: Finish, outputTokens: number) => ({
  id: randomUUID(),
  finish_reason: finishReason(finish),
  message: {
    role: 'assistant',
    ...(text !== '' && { content: [{ type: 'text', text }] }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCall) }),
  },
  usage: usage(inputTokens, outputTokens),
})

const error = (status: number, message: string, retryAfterS?: number): WireError => ({
  status,
  headers: retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) },
  body: { id: randomUUID(), message },
})

/** POST /v2/chat */
export const cohereWire: Wire = { provider: 'cohere', isChat: (path) => path === '/', read, events, whole, error }
