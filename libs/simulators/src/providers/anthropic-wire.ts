import { randomBytes } from 'node:crypto'
import type { SimulatedCall } from './answer-source.ts'
import { createConversation } from './conversation.ts'
import { argumentPieces } from './function-calls.ts'
import { isRecord, strings, textOf } from './request-body.ts'
import { namedEvent, TEXT_HERE, textEvents } from './server-sent-events.ts'
import { type Finish, RefusedRequest, type Wire } from './wire.ts'

// Source: Anthropic API reference, 'Messages', 'Streaming Messages' and 'Errors'.

const read: Wire['read'] = (body, headers) => {
  if (!headers['x-api-key'] && !headers.authorization) throw new RefusedRequest(401, 'x-api-key header is required')
  if (!headers['anthropic-version']) throw new RefusedRequest(400, 'anthropic-version: header is required')
  if (!isRecord(body)) throw new RefusedRequest(400, 'The request body is not valid JSON')
  if (typeof body.model !== 'string' || body.model === '') throw new RefusedRequest(400, 'model: Field required')
  if (typeof body.max_tokens !== 'number') throw new RefusedRequest(400, 'max_tokens: Field required')
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    throw new RefusedRequest(400, 'messages: at least one message is required')
  const conversation = createConversation()
  for (const [index, message] of (body.messages as unknown[]).entries()) {
    if (!isRecord(message) || (message.role !== 'user' && message.role !== 'assistant'))
      throw new RefusedRequest(400, `messages.${index}.role: Input should be 'user' or 'assistant'`)
    const blocks = (Array.isArray(message.content) ? message.content : []).filter(isRecord)
    const results = blocks.filter(({ type }) => type === 'tool_result')
    const text = textOf(message.content)
    if (text.trim() === '' && blocks.every(({ type }) => type === 'text'))
      throw new RefusedRequest(400, `messages.${index}: text content blocks must be non-empty`)
    if (results.length === 0 || text !== '') conversation.say(message.role, text)
    for (const { content } of results) conversation.toolResult(textOf(content))
  }
  const split = conversation.read()
  if (/\s$/.test(split.prefill)) throw new RefusedRequest(400, 'messages: final assistant content cannot end with trailing whitespace')
  return {
    provider: 'anthropic',
    model: body.model,
    system: textOf(body.system),
    ...split,
    ...offeredTools(body),
    stream: body.stream === true,
    includeUsage: true,
    maxOutputTokens: body.max_tokens,
    stopSequences: strings(body.stop_sequences),
  }
}

function offeredTools({ tools, tool_choice }: Record<string, unknown>): { tools?: string[] } {
  if (!Array.isArray(tools) || tools.length === 0 || (isRecord(tool_choice) && tool_choice.type === 'none')) return {}
  return { tools: tools.map((tool: unknown) => (isRecord(tool) ? String(tool.name) : '')) }
}

const stop = (finish: Finish) => ({
  stop_reason: { stop: 'end_turn', length: 'max_tokens', stop_sequence: 'stop_sequence', tool_calls: 'tool_use' }[finish.reason],
  stop_sequence: finish.reason === 'stop_sequence' ? finish.sequence : null,
})
const usage = (inputTokens: number, outputTokens: number) => ({
  input_tokens: inputTokens,
  cache_creation_input_tokens: 0,
  cache_read_input_tokens: 0,
  output_tokens: outputTokens,
  service_tier: 'standard',
})
const message = (model: string, content: object[], rest: object) => ({
  id: `msg_01${randomBytes(16).toString('hex').slice(0, 22)}`,
  type: 'message',
  role: 'assistant',
  model,
  content,
  ...rest,
})

const toolUse = ({ name }: SimulatedCall, input: object) => ({
  type: 'tool_use',
  id: `toolu_01${randomBytes(16).toString('hex').slice(0, 22)}`,
  name,
  input,
})

const events: Wire['events'] = ({ model, inputTokens }) => {
  let openBlock = 0
  return {
    begin: () =>
      namedEvent('message_start', {
        message: message(model, [], { stop_reason: null, stop_sequence: null, usage: usage(inputTokens, 1) }),
      }) +
      namedEvent('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      namedEvent('ping', {}),
    token: textEvents(namedEvent('content_block_delta', { index: 0, delta: { type: 'text_delta', text: TEXT_HERE } })),
    toolCall(call, number) {
      const index = number + 1
      openBlock = index
      const write = (partial_json: string) =>
        namedEvent('content_block_delta', { index, delta: { type: 'input_json_delta', partial_json } })
      return (
        namedEvent('content_block_stop', { index: number }) +
        namedEvent('content_block_start', { index, content_block: toolUse(call, {}) }) +
        argumentPieces(call).map(write).join('')
      )
    },
    end: (finish, outputTokens) =>
      namedEvent('content_block_stop', { index: openBlock }) +
      namedEvent('message_delta', { delta: stop(finish), usage: { output_tokens: outputTokens } }) +
      namedEvent('message_stop', {}),
    error: () => namedEvent('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  }
}

const whole: Wire['whole'] = ({ model, inputTokens }, { text, toolCalls }, finish, outputTokens) => {
  const texts = text === '' && toolCalls.length > 0 ? [] : [{ type: 'text', text }]
  const content = [...texts, ...toolCalls.map((call) => toolUse(call, call.arguments))]
  return message(model, content, { ...stop(finish), usage: usage(inputTokens, outputTokens) })
}

const errorType: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const error: Wire['error'] = (status, text, retryAfterS) => ({
  status,
  ...(retryAfterS !== undefined && {
    headers: {
      'retry-after': String(retryAfterS),
      'anthropic-ratelimit-requests-limit': '50',
      'anthropic-ratelimit-requests-remaining': '0',
      'anthropic-ratelimit-requests-reset': new Date(Date.now() + retryAfterS * 1000).toISOString(),
    },
  }),
  body: { type: 'error', error: { type: errorType[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'), message: text } },
})

/** POST /v1/messages */
export const anthropicWire: Wire = { provider: 'anthropic', isChat: (path) => path === '/', read, events, whole, error }
