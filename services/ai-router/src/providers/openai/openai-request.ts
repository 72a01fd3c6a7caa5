import type { ChatCompletionCreateParamsStreaming, ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import type { ProviderRequest } from '../provider.ts'

/** The request in OpenAI's words (API reference, 'Create chat completion'). */
export function openaiBody(request: ProviderRequest): ChatCompletionCreateParamsStreaming {
  const { model, system, messages, acceptsPrefill, maxOutputTokens } = request
  const begun = seamOf(request).text
  const list: ChatCompletionMessageParam[] = []
  if (system !== '') list.push({ role: 'system', content: system })
  for (const { role, text } of messages) list.push({ role, content: text })
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
