import { randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerRequest } from './answer-source.ts'
import {
  type AnswerHead,
  type EventWriter,
  type Finish,
  isRecord,
  RefusedRequest,
  splitPrefill,
  strings,
  textOf,
  type Wire,
  type WireError,
  type WireRequest,
} from './wire.ts'

// Source: Anthropic API reference, 'Messages', 'Streaming Messages' and 'Errors'.

function read(body: unknown, headers: IncomingHttpHeaders): WireRequest {
  if (!headers['x-api-key'] && !headers.authorization) throw new RefusedRequest(401, 'x-api-key header is required')
  if (!headers['anthropic-version']) throw new RefusedRequest(400, 'anthropic-version: header is required')
  if (!isRecord(body)) throw new RefusedRequest(400, 'The request body is not valid JSON')
  if (typeof body.model !== 'string' || body.model === '') throw new RefusedRequest(400, 'model: Field required')
  if (typeof body.max_tokens !== 'number') throw new RefusedRequest(400, 'max_tokens: Field required')
  if (!Array.isArray(body.messages) || body.messages.length === 0)
    throw new RefusedRequest(400, 'messages: at least one message is required')
  const messages = (body.messages as unknown[]).map((message, index): AnswerRequest['messages'][number] => {
    if (!isRecord(message) || (message.role !== 'user' && message.role !== 'assistant'))
      throw new RefusedRequest(400, `messages.${index}.role: Input should be 'user' or 'assistant'`)
    const text = textOf(message.content)
    if (text.trim() === '') throw new RefusedRequest(400, `messages.${index}: text content blocks must be non-empty`)
    return { role: message.role, text }
  })
  const split = splitPrefill(messages)
  if (/\s$/.test(split.prefill)) throw new RefusedRequest(400, 'messages: final assistant content cannot end with trailing whitespace')
  return {
    provider: 'anthropic',
    model: body.model,
    system: textOf(body.system),
    ...split,
    stream: body.stream === true,
    includeUsage: true,
    maxOutputTokens: body.max_tokens,
    stopSequences: strings(body.stop_sequences),
  }
}

const stop = (finish: Finish) => ({
  stop_reason: { stop: 'end_turn', length: 'max_tokens', stop_sequence: 'stop_sequence' }[finish.reason],
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

const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`

function events({ model, inputTokens }: AnswerHead): EventWriter {
  const [before = '', after = ''] = event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: ' ' } }).split('" "')
  return {
    begin: () =>
      event('message_start', { message: message(model, [], { stop_reason: null, stop_sequence: null, usage: usage(inputTokens, 1) }) }) +
      event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
      event('ping', {}),
    token: (text) => before + JSON.stringify(text) + after,
    end: (finish, outputTokens) =>
      event('content_block_stop', { index: 0 }) +
      event('message_delta', { delta: stop(finish), usage: { output_tokens: outputTokens } }) +
      event('message_stop', {}),
    error: () => event('error', { error: { type: 'overloaded_error', message: 'Overloaded' } }),
  }
}

const whole = ({ model, inputTokens }: AnswerHead, text: string, finish: Finish, outputTokens: number) =>
  message(model, [{ type: 'text', text }], { ...stop(finish), usage: usage(inputTokens, outputTokens) })

const errorType: Record<number, string> = {
  401: 'authentication_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

const error = (status: number, text: string, retryAfterS?: number): WireError => ({
  status,
  headers:
    retryAfterS === undefined
      ? {}
      : {
          'retry-after': String(retryAfterS),
          'anthropic-ratelimit-requests-limit': '50',
          'anthropic-ratelimit-requests-remaining': '0',
          'anthropic-ratelimit-requests-reset': new Date(Date.now() + retryAfterS * 1000).toISOString(),
        },
  body: { type: 'error', error: { type: errorType[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error'), message: text } },
})

/** POST /v1/messages */
export const anthropicWire: Wire = { provider: 'anthropic', read, events, whole, error }
