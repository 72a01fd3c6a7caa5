import type { Needs } from '../catalogue/needs.ts'
import type { CompletionCommand } from './completion-command.ts'
import { estimateTokens } from './count-tokens.ts'

/** What a completion needs of the model that answers it. Its length is estimated: counting it would cost milliseconds. */
export function needsOf({ system, messages, prefill, maxOutputTokens }: CompletionCommand): Needs {
  const texts = [system, prefill, ...messages.map(({ text }) => text)]
  return {
    tokens: texts.reduce((sum, text) => sum + estimateTokens(text), maxOutputTokens),
    tools: messages.some((message) => message.role === 'tool' || (message.role === 'assistant' && (message.toolCalls?.length ?? 0) > 0)),
    images: messages.some((message) => message.role === 'user' && (message.images?.length ?? 0) > 0),
  }
}
