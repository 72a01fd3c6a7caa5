import type { MessageCreateParamsStreaming, MessageParam } from '@anthropic-ai/sdk/resources/messages'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import type { ChatMessage, ProviderRequest } from '../provider.ts'

/** The request in Anthropic's words (API reference, 'Create a Message'). */
export function anthropicBody(request: ProviderRequest): MessageCreateParamsStreaming {
  const { model, system, messages, acceptsPrefill, maxOutputTokens } = request
  const begun = seamOf(request).text
  const list: MessageParam[] = messages.map(anthropicMessage)
  if (begun !== '') list.push({ role: 'assistant', content: begun })
  // Models that do not continue refuse a conversation that ends with the assistant (400).
  if (begun !== '' && !acceptsPrefill) list.push({ role: 'user', content: CONTINUE_INSTRUCTION })
  return { model, messages: list, max_tokens: maxOutputTokens, stream: true, ...(system !== '' && { system }) }
}

function anthropicMessage(message: ChatMessage): MessageParam {
  if (message.role !== 'tool') return { role: message.role, content: message.text }
  return { role: 'user', content: [{ type: 'tool_result', tool_use_id: message.toolCallId, content: message.text }] }
}
