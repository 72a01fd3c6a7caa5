import type { ContentBlockParam, ImageBlockParam, MessageParam, ToolResultBlockParam } from '@anthropic-ai/sdk/resources/messages'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import { inlineImage } from '../images.ts'
import type { ChatMessage, Image, ProviderRequest } from '../provider.ts'
import { argumentsOf } from '../tool-arguments.ts'
import { portableId } from '../tool-call-ids.ts'

/** The conversation in Anthropic's words. */
export function anthropicMessages(request: ProviderRequest): MessageParam[] {
  const { messages, acceptsPrefill } = request
  const begun = seamOf(request).text
  const list: MessageParam[] = []
  let results: ToolResultBlockParam[] | undefined
  for (const message of messages) {
    if (message.role !== 'tool') {
      results = undefined
      list.push(anthropicMessage(message))
      continue
    }
    // All results of one answer's calls belong into the one message after it.
    if (!results) {
      results = []
      list.push({ role: 'user', content: results })
    }
    results.push({ type: 'tool_result', tool_use_id: portableId(message.toolCallId), content: message.text })
  }
  if (begun !== '') list.push({ role: 'assistant', content: begun })
  // Models that do not continue refuse a conversation that ends with the assistant (400).
  if (begun !== '' && !acceptsPrefill) list.push({ role: 'user', content: CONTINUE_INSTRUCTION })
  return list
}

function anthropicMessage(message: Exclude<ChatMessage, { role: 'tool' }>): MessageParam {
  const { role, text } = message
  const others: ContentBlockParam[] =
    message.role === 'user'
      ? (message.images ?? []).map(imageBlock)
      : (message.toolCalls ?? []).map((call) => ({ type: 'tool_use', id: portableId(call.id), name: call.name, input: argumentsOf(call) }))
  if (others.length === 0) return { role, content: text }
  const texts: ContentBlockParam[] = text === '' ? [] : [{ type: 'text', text }]
  // Pictures before the words about them, as the guide 'Vision' advises; words before the calls, as they were written.
  return { role, content: role === 'user' ? [...others, ...texts] : [...texts, ...others] }
}

type MediaType = Extract<ImageBlockParam['source'], { type: 'base64' }>['media_type']

/** Which kinds of pictures there are is the vendor's to say (400). */
function imageBlock(image: Image): ImageBlockParam {
  const inline = inlineImage(image)
  if (!inline) return { type: 'image', source: { type: 'url', url: image.url } }
  return { type: 'image', source: { type: 'base64', media_type: inline.mediaType as MediaType, data: inline.data } }
}
