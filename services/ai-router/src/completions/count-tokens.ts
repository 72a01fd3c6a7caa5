import { GptEncoding } from 'gpt-tokenizer/GptEncoding'
import { readVocabulary } from './token-vocabulary.ts'

const { countTokens: countPlain } = GptEncoding.getEncodingApi('o200k_base', readVocabulary)

/** What looks like a control token in somebody's text is text. */
const AS_TEXT = { disallowedSpecial: new Set<string>() }

/** Longer runs without a border between words are counted in pieces: the tokenizer's time grows with their square. */
const LONGEST_RUN_CHARACTERS = 256
const LONG_RUN = new RegExp(`\\S{${LONGEST_RUN_CHARACTERS + 1}}|\\s{${LONGEST_RUN_CHARACTERS + 1}}`, 'u')
const PIECE = new RegExp(`\\s?\\S{1,${LONGEST_RUN_CHARACTERS}}|\\s{1,${LONGEST_RUN_CHARACTERS}}`, 'gu')

/**
 * Tokens of a text by OpenAI's o200k vocabulary. Exact for OpenAI's models; other vendors' tokenizers differ by some ten
 * percent, which is why what is counted here is booked as estimated.
 */
export function countTokens(text: string): number {
  if (!LONG_RUN.test(text)) return countPlain(text, AS_TEXT)
  let tokens = 0
  for (const [piece] of text.matchAll(PIECE)) tokens += countPlain(piece, AS_TEXT)
  return tokens
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
