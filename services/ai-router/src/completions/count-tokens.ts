import { O200K_TOKEN_SPLIT_REGEX as WORD } from 'gpt-tokenizer/encodingParams/constants'
import { createBytePairCounter } from './byte-pairs.ts'
import { textPieces } from './text-pieces.ts'
import { readTokenTable } from './token-table.ts'

const countBytePairs = createBytePairCounter(readTokenTable())

/** Longer words are counted in pieces: the time that one takes grows with the square of its length. */
const LONGEST_WORD = 256
/** So much is split into words at a time: what keeps its place in a run of a million letters has no room for it. */
const LONGEST_TEXT = 65_536

/**
 * Tokens of a text by OpenAI's o200k vocabulary; what looks like a control token is text. Exact for OpenAI's models but for
 * words of hundreds of letters; other vendors' tokenizers differ by some ten percent, which is why what is counted here is
 * booked as estimated.
 */
export function countTokens(text: string): number {
  let tokens = 0
  for (const part of textPieces(text, LONGEST_TEXT)) {
    for (const word of part.match(WORD) ?? []) {
      for (const piece of textPieces(word, LONGEST_WORD)) tokens += countBytePairs(bytes, encode(piece))
    }
  }
  return tokens
}

const encoder = new TextEncoder()
const MOST_BYTES_PER_UNIT = 3
const LAST_ASCII = 0x7f
const bytes = new Uint8Array(LONGEST_WORD * MOST_BYTES_PER_UNIT)

/** Into `bytes`; says how many. What is ASCII, as most is, is there before the encoder would be called. */
function encode(piece: string): number {
  for (let at = 0; at < piece.length; at += 1) {
    const unit = piece.charCodeAt(at)
    if (unit > LAST_ASCII) return encoder.encodeInto(piece, bytes).written
    bytes[at] = unit
  }
  return piece.length
}

const BYTES_PER_TOKEN = 4

/** By the length in UTF-8, which comes close in most scripts. */
export const estimateTokens = (text: string): number => Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN)

/** Text that is waiting to be counted is folded into the sum from here on: bounds the memory of a long answer. */
const FOLD_CHARACTERS = 32_768

/** A count that goes along with a stream, at the cost of one concatenation a part. */
export interface TokenCounter {
  add(text: string): void
  /** Tokens of everything added so far. */
  total(): number
  /** About as many, at next to no cost. */
  estimate(): number
}

export function createTokenCounter(): TokenCounter {
  let counted = 0
  let waiting = ''
  return {
    add(text) {
      waiting += text
      if (waiting.length < FOLD_CHARACTERS) return
      const end = wordBorder(waiting)
      counted += countTokens(waiting.slice(0, end))
      waiting = waiting.slice(end)
    },
    total: () => counted + countTokens(waiting),
    estimate: () => counted + estimateTokens(waiting),
  }
}

/** The last place where cutting does not change the count: before the single space in front of a word. */
function wordBorder(text: string): number {
  for (let at = text.length - 2; at > 0; at -= 1) {
    if (text[at] === ' ' && /\S/.test(text[at - 1] ?? ' ') && /\p{L}/u.test(text[at + 1] ?? '')) return at
  }
  return text.length
}
