import { hashOf } from './hash.ts'

/** Of a vector when nobody asks for another length. */
export const DEFAULT_DIMENSIONS = 256

const WORD = /[\p{L}\p{N}]+/gu

/**
 * A vector of a text, of length 1, made of its words and their pieces: the same text gives the same vector, and texts that
 * share words lie close to each other. It knows nothing of meaning.
 */
export function simulatedVector(text: string, dimensions = DEFAULT_DIMENSIONS): number[] {
  const vector = new Array<number>(dimensions).fill(0)
  for (const word of text.toLowerCase().match(WORD) ?? [text]) {
    for (const piece of [word, ...trigramsOf(word)]) {
      const hash = hashOf(piece)
      const at = hash % dimensions
      vector[at] = (vector[at] ?? 0) + (hash & 0x8000_0000 ? -1 : 1)
    }
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((figure) => figure / length)
}

const trigramsOf = (word: string): string[] => Array.from({ length: Math.max(0, word.length - 2) }, (_, at) => word.slice(at, at + 3))
