/**
 * Gemini wants to see the signature of its thoughts again with every call of the conversation (guide 'Thought
 * signatures'). Callers give a call back by its id and nothing else, so the signature travels in the id.
 */
export interface GeminiCallId {
  id: string
  thoughtSignature?: string
}

const SEPARATOR = '~'

export const writeCallId = ({ id, thoughtSignature }: GeminiCallId): string =>
  thoughtSignature === undefined ? id : `${id}${SEPARATOR}${thoughtSignature}`

export function readCallId(written: string): GeminiCallId {
  const end = written.indexOf(SEPARATOR)
  return end < 0 ? { id: written } : { id: written.slice(0, end), thoughtSignature: written.slice(end + 1) }
}
