import { randomBytes, randomUUID } from 'node:crypto'
import type { SimulatedCall } from './answer-source.ts'
import { createConversation } from './conversation.ts'
import { argumentPieces, functionCall, functionCallStart, offeredFunctions } from './function-calls.ts'
import { isRecord, strings, textOf } from './request-body.ts'
import { namedEvent, TEXT_HERE, textEvents } from './server-sent-events.ts'
import { type Finish, RefusedRequest, type Wire } from './wire.ts'

// Source: Cohere API reference, 'Chat (v2)', 'Streaming Responses' and 'Errors'.

const read: Wire['read'] = (body, headers) => {
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
    ...offeredFunctions(body),
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
const callId = ({ name }: SimulatedCall) => `${name}_${randomBytes(6).toString('hex')}`
const toolCall = (call: SimulatedCall) => functionCall(callId(call), call)

const events: Wire['events'] = ({ inputTokens }) => ({
  begin: () =>
    namedEvent('message-start', {
      id: randomUUID(),
      delta: { message: { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] } },
    }) + namedEvent('content-start', { index: 0, delta: { message: { content: { type: 'text', text: '' } } } }),
  token: textEvents(namedEvent('content-delta', { index: 0, delta: { message: { content: { text: TEXT_HERE } } } })),
  toolCall(call, index) {
    const write = (piece: string) =>
      namedEvent('tool-call-delta', { index, delta: { message: { tool_calls: { function: { arguments: piece } } } } })
    return (
      namedEvent('tool-call-start', { index, delta: { message: { tool_calls: functionCallStart(callId(call), call) } } }) +
      argumentPieces(call).map(write).join('') +
      namedEvent('tool-call-end', { index })
    )
  },
  end: (finish, outputTokens) =>
    namedEvent('content-end', { index: 0 }) +
    namedEvent('message-end', { delta: { finish_reason: finishReason(finish), usage: usage(inputTokens, outputTokens) } }),
  error: () => namedEvent('message-end', { delta: { error: 'internal error', finish_reason: 'ERROR' } }),
})

const whole: Wire['whole'] = ({ inputTokens }, { text, toolCalls }, finish, outputTokens) => ({
  id: randomUUID(),
  finish_reason: finishReason(finish),
  message: {
    role: 'assistant',
    ...(text !== '' && { content: [{ type: 'text', text }] }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCall) }),
  },
  usage: usage(inputTokens, outputTokens),
})

const error: Wire['error'] = (status, message, retryAfterS) => ({
  status,
  ...(retryAfterS !== undefined && { headers: { 'retry-after': String(retryAfterS) } }),
  body: { id: randomUUID(), message },
})

/** POST /v2/chat */
export const cohereWire: Wire = { provider: 'cohere', isChat: (path) => path === '/', read, events, whole, error }
