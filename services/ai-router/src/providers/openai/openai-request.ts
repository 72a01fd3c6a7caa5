import type { ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import type { ChatMessage, ProviderRequest } from '../provider.ts'

/** The request in OpenAI's words (API reference, 'Create chat completion'). */
export function openaiBody(request: ProviderRequest): ChatCompletionCreateParamsStreaming {
  const { model, system, messages, acceptsPrefill, maxOutputTokens } = request
  const begun = seamOf(request).text
  const list: ChatCompletionMessageParam[] = []
  if (system !== '') list.push({ role: 'system', content: system })
  for (const message of messages) list.push(openaiMessage(message))
  if (begun !== '') list.push({ role: 'assistant', content: begun })
  if (begun !== '' && !acceptsPrefill) list.push({ role: 'system', content: CONTINUE_INSTRUCTION })
  return {
    model,
    messages: list,
    max_completion_tokens: maxOutputTokens,
    stream: true,
    stream_options: { include_usage: true },
  }
}

function openaiMessage(message: ChatMessage): ChatCompletionMessageParam {
  if (message.role === 'tool') return { role: 'tool', tool_call_id: message.toolCallId, content: message.text }
  return { role: message.role, content: message.text }
}
