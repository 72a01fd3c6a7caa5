import { z } from 'zod'
import type { ChatMessage, Image } from '../providers/provider.ts'

/** A picture in the web, or the picture itself. */
const IMAGE_URL = /^(https:\/\/|data:image\/(png|jpe?g|gif|webp);base64,)/i

const textPart = z.object({ type: z.literal('text'), text: z.string() })
const imagePart = z.object({
  type: z.literal('image_url'),
  image_url: z.object({
    url: z.string().regex(IMAGE_URL, 'needs an https address or a data: URL with a PNG, JPEG, GIF or WebP in base64'),
  }),
})
const refusalPart = z.object({ type: z.literal('refusal'), refusal: z.string() })

const texts = z.union([z.string(), z.array(textPart).min(1)])
const toolCall = z.object({
  id: z.string().min(1).max(4_000),
  type: z.literal('function').optional(),
  function: z.object({ name: z.string().min(1).max(200), arguments: z.string() }),
})

/** What OpenAI's clients send back of an answer (refusal, annotations, audio) is passed over. */
export const chatMessage = z.discriminatedUnion('role', [
  z.object({ role: z.enum(['system', 'developer']), content: texts }),
  z.object({
    role: z.literal('user'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, imagePart])).min(1)]),
  }),
  z.object({
    role: z.literal('assistant'),
    content: z.union([z.string(), z.array(z.discriminatedUnion('type', [textPart, refusalPart]))]).nullish(),
    tool_calls: z.array(toolCall).nullish(),
  }),
  z.object({ role: z.literal('tool'), content: texts, tool_call_id: z.string().min(1).max(4_000) }),
])
type Message = z.infer<typeof chatMessage>

/** A conversation as providers take it. */
export interface Conversation {
  system: string
  messages: ChatMessage[]
  /** The beginning of the answer, where the conversation ends with one of the assistant's. */
  prefill: string
}

/** What is wrong with a message beyond its form. */
export interface MessageProblem {
  index: number
  message: string
}

/**
 * Brings the messages into the providers' order: what the operator says goes to the front wherever it stood, for only one
 * of the vendors takes it in the middle. Without a word of a user, the operator's last text is the question.
 */
export function conversationOf(given: readonly Message[]): Conversation | MessageProblem {
  const system = given.flatMap((message) => (message.role === 'system' || message.role === 'developer' ? [textOf(message.content)] : []))
  const messages: ChatMessage[] = []
  for (const [index, message] of given.entries()) {
    const converted = convert(message)
    if (converted === 'empty') return { index, message: 'needs a text' }
    if (converted) messages.push(converted)
  }
  const last = messages.at(-1)
  const prefill = last?.role === 'assistant' && !last.toolCalls ? last.text : ''
  if (prefill !== '') messages.pop()
  const end = messages.at(-1)
  if (end?.role === 'assistant') return { index: given.length - 1, message: 'the tools that were called have to answer first' }
  if (!end && prefill !== '') return { index: given.length - 1, message: 'a user has to ask something' }
  if (!end) {
    const question = system.pop() ?? ''
    if (question.trim() === '') return { index: 0, message: 'needs a text' }
    messages.push({ role: 'user', text: question })
  }
  return { system: system.filter((text) => text.trim() !== '').join('\n\n'), messages, prefill }
}

function convert(message: Message): ChatMessage | 'empty' | undefined {
  switch (message.role) {
    case 'system':
    case 'developer':
      return undefined
    case 'user': {
      const [text, images] = [textOf(message.content), imagesOf(message.content)]
      if (images.length > 0) return { role: 'user', text, images }
      return text.trim() === '' ? 'empty' : { role: 'user', text }
    }
    case 'assistant': {
      const text = textOf(message.content ?? '')
      const toolCalls = message.tool_calls?.map(({ id, function: { name, arguments: given } }) => ({ id, name, arguments: given })) ?? []
      if (toolCalls.length > 0) return { role: 'assistant', text, toolCalls }
      // One that says nothing is no news to a model, and vendors refuse it.
      return text.trim() === '' ? undefined : { role: 'assistant', text }
    }
    case 'tool':
      return { role: 'tool', text: textOf(message.content), toolCallId: message.tool_call_id }
  }
}

type Part = z.infer<typeof textPart> | z.infer<typeof imagePart> | z.infer<typeof refusalPart>

const textOf = (content: string | readonly Part[]): string =>
  typeof content === 'string'
    ? content
    : content.map((part) => (part.type === 'text' ? part.text : part.type === 'refusal' ? part.refusal : '')).join('')

const imagesOf = (content: string | readonly Part[]): Image[] =>
  typeof content === 'string' ? [] : content.flatMap((part) => (part.type === 'image_url' ? [{ url: part.image_url.url }] : []))
