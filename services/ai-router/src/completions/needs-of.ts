import type { Needs } from '../catalogue/needs.ts'
import type { ChatMessage, ResponseFormat, Tools } from '../providers/provider.ts'
import { estimateTokens } from './count-tokens.ts'

/** A completion, as far as it says what it needs. */
interface Wish {
  system: string
  messages: readonly ChatMessage[]
  prefill: string
  maxOutputTokens: number
  tools?: Tools
  responseFormat?: ResponseFormat
}

/** What a completion needs of the model that answers it. Its length is estimated: counting it would cost milliseconds. */
export function needsOf({ system, messages, prefill, maxOutputTokens, tools, responseFormat }: Wish): Needs {
  const texts = [system, prefill, ...messages.map(({ text }) => text)]
  return {
    tokens: texts.reduce((sum, text) => sum + estimateTokens(text), maxOutputTokens),
    tools: tools !== undefined || messages.some(isOfTools),
    images: messages.some((message) => message.role === 'user' && (message.images?.length ?? 0) > 0),
    jsonSchema: responseFormat?.type === 'json_schema',
  }
}

const isOfTools = (message: ChatMessage): boolean =>
  message.role === 'tool' || (message.role === 'assistant' && (message.toolCalls?.length ?? 0) > 0)
