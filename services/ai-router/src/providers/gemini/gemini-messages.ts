import type { Content, Part } from '@google/genai'
import { CONTINUE_INSTRUCTION, seamOf } from '../continuation.ts'
import { inlineImage } from '../images.ts'
import type { ChatMessage, Image, ProviderRequest, ToolCall } from '../provider.ts'
import { argumentsOf } from '../tool-arguments.ts'
import { readCallId } from './gemini-call-ids.ts'

/** The conversation in Gemini's words (API reference, 'Content' and 'Part'). */
export function geminiContents(request: ProviderRequest): Content[] {
  const { model, messages, acceptsPrefill } = request
  const begun = seamOf(request).text
  const names = new Map(messages.flatMap((message) => callsOf(message).map(({ id, name }) => [id, name] as const)))
  const list: Content[] = []
  let results: Part[] | undefined
  for (const message of messages) {
    if (message.role !== 'tool') {
      results = undefined
      list.push(contentOf(message, model))
      continue
    }
    // All results of one answer's calls belong into the one content after it.
    if (!results) {
      results = []
      list.push({ role: 'user', parts: results })
    }
    const { id } = readCallId(message.toolCallId)
    results.push({ functionResponse: { id, name: names.get(message.toolCallId) ?? id, response: { output: message.text } } })
  }
  if (begun !== '') list.push({ role: 'model', parts: [{ text: begun }] })
  if (begun !== '' && !acceptsPrefill) list.push({ role: 'user', parts: [{ text: CONTINUE_INSTRUCTION }] })
  return list
}

const callsOf = (message: ChatMessage): readonly ToolCall[] => (message.role === 'assistant' ? (message.toolCalls ?? []) : [])

function contentOf(message: Exclude<ChatMessage, { role: 'tool' }>, model: string): Content {
  const texts: Part[] = message.text === '' ? [] : [{ text: message.text }]
  if (message.role === 'user') return { role: 'user', parts: [...(message.images ?? []).map(imagePart), ...texts] }
  return { role: 'model', parts: [...texts, ...callsOf(message).map((call, index) => callPart(call, index, model))] }
}

/** Stands for the signature of a call that another vendor's model has made (guide 'Thought signatures', FAQ). */
const FOREIGN_SIGNATURE = 'skip_thought_signature_validator'
/** Before version 3 nothing is asked for. */
const ASKS_FOR_NO_SIGNATURE = /gemini-[12]\./

/** Of calls made at once only the first is signed. */
function callPart(call: ToolCall, index: number, model: string): Part {
  const { id, thoughtSignature } = readCallId(call.id)
  const signature = thoughtSignature ?? (index > 0 || ASKS_FOR_NO_SIGNATURE.test(model) ? undefined : FOREIGN_SIGNATURE)
  return {
    functionCall: { id, name: call.name, args: argumentsOf(call) },
    ...(signature !== undefined && { thoughtSignature: signature }),
  }
}

/** An address on the web is fetched by Google. */
function imagePart(image: Image): Part {
  const inline = inlineImage(image)
  return inline ? { inlineData: { mimeType: inline.mediaType, data: inline.data } } : { fileData: { fileUri: image.url } }
}
