import { randomBytes } from 'node:crypto'
import type { SimulatedCall } from './answer-source.ts'
import { createConversation } from './conversation.ts'
import { argumentPieces, functionCall, functionCallStart, offeredFunctions } from './function-calls.ts'
import { isRecord, strings, textOf } from './request-body.ts'
import { TEXT_HERE, textEvents } from './server-sent-events.ts'
import { type Finish, RefusedRequest, type Wire } from './wire.ts'

// Source: OpenAI API reference, 'Create chat completion' and 'The chat completion chunk object'.

const FINGERPRINT = 'fp_0ff11e9a1d'

const read: Wire['read'] = (body, headers) => {
  if (!headers.authorization?.startsWith('Bearer ')) throw new RefusedRequest(401, "You didn't provide an API key.")
  if (!isRecord(body)) throw new RefusedRequest(400, 'We could not parse the JSON body of your request.')
  if (typeof body.model !== 'string' || body.model === '') throw new RefusedRequest(400, 'you must provide a model parameter')
  if (!Array.isArray(body.messages) || body.messages.length === 0) throw new RefusedRequest(400, "Missing required parameter: 'messages'.")
  const system: string[] = []
  const conversation = createConversation()
  for (const message of body.messages as unknown[]) {
    if (!isRecord(message)) throw new RefusedRequest(400, "Invalid type for 'messages': expected objects.")
    const text = textOf(message.content)
    if (message.role === 'system' || message.role === 'developer') system.push(text)
    else if (message.role === 'user' || message.role === 'assistant') conversation.say(message.role, text)
    else if (message.role === 'tool') conversation.toolResult(text)
  }
  const limit = body.max_completion_tokens ?? body.max_tokens
  return {
    provider: 'openai',
    model: body.model,
    system: system.join('\n\n'),
    ...conversation.read(),
    ...offeredFunctions(body),
    stream: body.stream === true,
    includeUsage: isRecord(body.stream_options) && body.stream_options.include_usage === true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    stopSequences: strings(body.stop),
  }
}

const id = () => `chatcmpl-${randomBytes(15).toString('base64url')}`
const nowS = () => Math.floor(Date.now() / 1000)
const finishReason = (finish: Finish) => (finish.reason === 'stop_sequence' ? 'stop' : finish.reason)
const callId = () => `call_${randomBytes(12).toString('hex')}`
const toolCall = (call: SimulatedCall) => functionCall(callId(), call)
const usage = (inputTokens: number, outputTokens: number) => ({
  prompt_tokens: inputTokens,
  completion_tokens: outputTokens,
  total_tokens: inputTokens + outputTokens,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0, accepted_prediction_tokens: 0, rejected_prediction_tokens: 0 },
})

const events: Wire['events'] = ({ model, inputTokens, includeUsage }) => {
  const common = {
    id: id(),
    object: 'chat.completion.chunk',
    created: nowS(),
    model,
    service_tier: 'default',
    system_fingerprint: FINGERPRINT,
  }
  const tail = includeUsage ? { usage: null } : {}
  const event = (delta: object, finish_reason: string | null) =>
    `data: ${JSON.stringify({ ...common, choices: [{ index: 0, delta, logprobs: null, finish_reason }], ...tail })}\n\n`
  return {
    begin: () => event({ role: 'assistant', content: '', refusal: null }, null),
    token: textEvents(event({ content: TEXT_HERE }, null)),
    toolCall(call, index) {
      const begin = { index, ...functionCallStart(callId(), call) }
      const write = (piece: string) => event({ tool_calls: [{ index, function: { arguments: piece } }] }, null)
      return event({ tool_calls: [begin] }, null) + argumentPieces(call).map(write).join('')
    },
    end: (finish, outputTokens) => {
      const last = includeUsage ? `data: ${JSON.stringify({ ...common, choices: [], usage: usage(inputTokens, outputTokens) })}\n\n` : ''
      return `${event({}, finishReason(finish))}${last}data: [DONE]\n\n`
    },
    error: () => `data: ${JSON.stringify(errorBody(500, 'The server had an error while processing your request. Sorry about that!'))}\n\n`,
  }
}

const whole: Wire['whole'] = ({ model, inputTokens }, { text, toolCalls }, finish, outputTokens) => ({
  id: id(),
  object: 'chat.completion',
  created: nowS(),
  model,
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: text === '' && toolCalls.length > 0 ? null : text,
        ...(toolCalls.length > 0 && { tool_calls: toolCalls.map(toolCall) }),
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: finishReason(finish),
    },
  ],
  usage: usage(inputTokens, outputTokens),
  service_tier: 'default',
  system_fingerprint: FINGERPRINT,
})

const errorType: Record<number, [type: string, code: string | null]> = {
  401: ['invalid_request_error', 'invalid_api_key'],
  403: ['invalid_request_error', 'unsupported_country_region_territory'],
  404: ['invalid_request_error', 'model_not_found'],
  429: ['requests', 'rate_limit_exceeded'],
}
function errorBody(status: number, message: string) {
  const [type, code] = errorType[status] ?? [status >= 500 ? 'server_error' : 'invalid_request_error', null]
  return { error: { message, type, param: null, code } }
}

const error: Wire['error'] = (status, message, retryAfterS) => ({
  status,
  ...(retryAfterS !== undefined && {
    headers: {
      'retry-after': String(retryAfterS),
      'retry-after-ms': String(retryAfterS * 1000),
      'x-ratelimit-limit-requests': '500',
      'x-ratelimit-remaining-requests': '0',
      'x-ratelimit-reset-requests': `${retryAfterS}s`,
    },
  }),
  body: errorBody(status, message),
})

/** POST /v1/chat/completions */
export const openaiWire: Wire = { provider: 'openai', isChat: (path) => path === '/', read, events, whole, error }
