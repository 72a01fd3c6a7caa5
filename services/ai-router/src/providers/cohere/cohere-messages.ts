import type { Cohere } from 'cohere-ai'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import type { ChatMessage, Image, ProviderRequest, ToolCall } from '../provider.ts'
import { portableId } from '../tool-call-ids.ts'

/** The conversation in Cohere's words (API reference, 'Chat API (v2)'). */
export function cohereMessages(request: ProviderRequest): Cohere.ChatMessageV2[] {
  const { system, messages, acceptsPrefill } = request
  const begun = seamOf(request).text
  const list: Cohere.ChatMessageV2[] = []
  if (system !== '') list.push({ role: 'system', content: system })
  for (const message of messages) list.push(cohereMessage(message))
  if (begun !== '') list.push({ role: 'assistant', content: begun })
  if (begun !== '' && !acceptsPrefill) list.push({ role: 'user', content: CONTINUE_INSTRUCTION })
  return list
}

function cohereMessage(message: ChatMessage): Cohere.ChatMessageV2 {
  const { text } = message
  switch (message.role) {
    case 'tool':
      return { role: 'tool', toolCallId: portableId(message.toolCallId), content: text }
    case 'assistant':
      return {
        role: 'assistant',
        ...(text !== '' && { content: text }),
        ...(message.toolCalls?.length && { toolCalls: message.toolCalls.map(toolCall) }),
      }
    case 'user':
      return { role: 'user', content: message.images?.length ? [...textContent(text), ...message.images.map(imageContent)] : text }
  }
}

const textContent = (text: string): Cohere.Content[] => (text === '' ? [] : [{ type: 'text', text }])
const imageContent = ({ url }: Image): Cohere.Content => ({ type: 'image_url', imageUrl: { url } })

const toolCall = ({ id, name, arguments: given }: ToolCall): Cohere.ToolCallV2 => ({
  id: portableId(id),
  type: 'function',
  function: { name, arguments: given },
})
