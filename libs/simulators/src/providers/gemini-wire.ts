import { randomBytes } from 'node:crypto'
import type { SimulatedCall } from './answer-source.ts'
import { createConversation } from './conversation.ts'
import { isRecord, strings, textOf } from './request-body.ts'
import { type AnswerHead, type Finish, RefusedRequest, type Wire } from './wire.ts'

// Source: Gemini API reference, 'Generating content', and google.rpc.Status for errors.

const CHAT_PATH = /^\/([^/:]+):(streamGenerateContent|generateContent)$/

const read: Wire['read'] = (body, headers, path) => {
  const [, model = '', method] = CHAT_PATH.exec(path) ?? []
  if (!headers['x-goog-api-key']) throw new RefusedRequest(403, 'Method doesn’t allow unregistered callers.')
  if (!isRecord(body)) throw new RefusedRequest(400, 'Invalid JSON payload received.')
  if (!Array.isArray(body.contents) || body.contents.length === 0)
    throw new RefusedRequest(400, '* GenerateContentRequest.contents: contents is not specified\n')
  const conversation = createConversation()
  for (const content of body.contents.filter(isRecord)) {
    const parts = (Array.isArray(content.parts) ? content.parts : []).filter(isRecord)
    if (parts.length === 0) throw new RefusedRequest(400, '* GenerateContentRequest.contents.parts: contents.parts must not be empty.\n')
    const results = parts.filter(({ functionResponse }) => isRecord(functionResponse))
    if (results.length === 0) conversation.say(content.role === 'model' ? 'assistant' : 'user', textOf(parts))
    for (const { functionResponse } of results) conversation.toolResult(resultOf(functionResponse as Record<string, unknown>))
  }
  const configuration = isRecord(body.generationConfig) ? body.generationConfig : {}
  const limit = configuration.maxOutputTokens
  return {
    provider: 'gemini',
    model,
    system: isRecord(body.systemInstruction) ? textOf(body.systemInstruction.parts) : '',
    ...conversation.read(),
    ...offeredTools(body),
    stream: method === 'streamGenerateContent',
    includeUsage: true,
    maxOutputTokens: typeof limit === 'number' ? limit : Number.POSITIVE_INFINITY,
    stopSequences: strings(configuration.stopSequences),
  }
}

const resultOf = ({ response }: Record<string, unknown>): string =>
  isRecord(response) && typeof response.output === 'string' ? response.output : JSON.stringify(response ?? {})

function offeredTools({ tools, toolConfig }: Record<string, unknown>): { tools?: string[] } {
  const calling = isRecord(toolConfig) && isRecord(toolConfig.functionCallingConfig) ? toolConfig.functionCallingConfig : {}
  const declared = (Array.isArray(tools) ? tools : []).flatMap((tool: unknown) =>
    isRecord(tool) && Array.isArray(tool.functionDeclarations) ? (tool.functionDeclarations as unknown[]) : [],
  )
  if (declared.length === 0 || calling.mode === 'NONE') return {}
  return { tools: declared.filter(isRecord).map(({ name }) => String(name)) }
}

const finishReason = ({ reason }: Finish) => (reason === 'length' ? 'MAX_TOKENS' : 'STOP')
const usage = (inputTokens: number, outputTokens: number) => ({
  promptTokenCount: inputTokens,
  candidatesTokenCount: outputTokens,
  totalTokenCount: inputTokens + outputTokens,
  promptTokensDetails: [{ modality: 'TEXT', tokenCount: inputTokens }],
})
const answerOf = (head: AnswerHead, responseId: string, parts: object[], finish: Finish | null, outputTokens: number) => ({
  candidates: [{ content: { parts, role: 'model' }, ...(finish && { finishReason: finishReason(finish) }), index: 0 }],
  usageMetadata: usage(head.inputTokens, outputTokens),
  modelVersion: head.model,
  responseId,
})
const newId = () => randomBytes(15).toString('base64url')
const callPart = ({ name, arguments: args }: SimulatedCall) => ({
  functionCall: { name, args, id: `fc_${randomBytes(6).toString('hex')}` },
})

const events: Wire['events'] = (head) => {
  const responseId = newId()
  let written = 0
  const event = (parts: object[], finish: Finish | null, outputTokens: number) =>
    `data: ${JSON.stringify(answerOf(head, responseId, parts, finish, outputTokens))}\r\n\r\n`
  // The token path: everything but the token and its number is written once.
  const [before = '', rest = ''] = event([{ text: ' ' }], null, 0).split('" "')
  const [middle = '', after = ''] = rest.split('"candidatesTokenCount":0')
  return {
    begin: () => '',
    token(text) {
      written += 1
      return `${before}${JSON.stringify(text)}${middle}"candidatesTokenCount":${written}${after}`
    },
    toolCall: (call) => event([callPart(call)], null, written),
    end: (finish, outputTokens) => event([{ text: '' }], finish, outputTokens),
    error: () => `data: ${JSON.stringify(error(503, 'The model is overloaded. Please try again later.').body)}\r\n\r\n`,
  }
}

const whole: Wire['whole'] = (head, { text, toolCalls }, finish, outputTokens) =>
  answerOf(head, newId(), [...(text === '' ? [] : [{ text }]), ...toolCalls.map(callPart)], finish, outputTokens)

const statusWord: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
}

/** Google says in the body how long to wait, not in a header. */
const error: Wire['error'] = (status, message, retryAfterS) => ({
  status,
  body: {
    error: {
      code: status,
      message,
      status: statusWord[status] ?? (status >= 500 ? 'INTERNAL' : 'FAILED_PRECONDITION'),
      ...(retryAfterS !== undefined && {
        details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${retryAfterS}s` }],
      }),
    },
  },
})

/** POST /v1beta/models/{model}:streamGenerateContent and :generateContent */
export const geminiWire: Wire = { provider: 'gemini', isChat: (path) => CHAT_PATH.test(path), read, events, whole, error }
