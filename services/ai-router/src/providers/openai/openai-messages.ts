import type {
  ChatCompletionContentPart,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import type { ChatMessage, ProviderRequest, ToolCall } from '../provider.ts'
import { portableId } from '../tool-call-ids.ts'
import type { OpenaiDialect } from './openai-dialects.ts'

/** The conversation in OpenAI's words: the operator's text, the messages, and what there is of the answer already. */
export function openaiMessages(request: ProviderRequest, { interjectionRole }: OpenaiDialect): ChatCompletionMessageParam[] {
  const { system, messages, acceptsPrefill } = request
  const begun = seamOf(request).text
  const list: ChatCompletionMessageParam[] = []
  if (system !== '') list.push({ role: 'system', content: system })
  for (const message of messages) list.push(openaiMessage(message))
  if (begun !== '') list.push({ role: 'assistant', content: begun })
  if (begun !== '' && !acceptsPrefill) list.push({ role: interjectionRole, content: CONTINUE_INSTRUCTION })
  return list
}

function openaiMessage(message: ChatMessage): ChatCompletionMessageParam {
  const { text } = message
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: portableId(message.toolCallId), content: text }
    case 'assistant':
      return message.toolCalls?.length
        ? { role: 'assistant', content: text === '' ? null : text, tool_calls: message.toolCalls.map(toolCall) }
        : { role: 'assistant', content: text }
    case 'user':
      return { role: 'user', content: message.images?.length ? [...textPart(text), ...message.images.map(imagePart)] : text }
  }
}

const textPart = (text: string): ChatCompletionContentPart[] => (text === '' ? [] : [{ type: 'text', text }])
/** Takes both an address and a `data:` URL. */
const imagePart = ({ url }: { url: string }): ChatCompletionContentPart => ({ type: 'image_url', image_url: { url } })

const toolCall = ({ id, name, arguments: given }: ToolCall): ChatCompletionMessageFunctionToolCall => ({
  id: portableId(id),
  type: 'function',
  function: { name, arguments: given },
})
