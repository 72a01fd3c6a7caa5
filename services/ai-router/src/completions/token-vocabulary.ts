import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A token's text, by its rank; its bytes where they are no whole text. */
export type Vocabulary = (string | number[])[]

const FILE = fileURLToPath(import.meta.resolve('gpt-tokenizer/data/o200k_base.tiktoken'))
const LINE_FEED = 10
const SPACE = 32
const LONGEST_TOKEN_BYTES = 1_024

/**
 * OpenAI's o200k vocabulary, read from the file in which OpenAI publishes it: each line a token in base64 and its rank. As a
 * module it is two megabytes of source, which take some 25 MB more.
 */
export function readVocabulary(): Vocabulary {
  const file = readFileSync(FILE)
  const vocabulary: Vocabulary = []
  const bytes = Buffer.alloc(LONGEST_TOKEN_BYTES)
  for (let start = 0; start < file.length; ) {
    const space = file.indexOf(SPACE, start)
    const end = file.indexOf(LINE_FEED, space)
    const size = decodeBase64(file, start, space, bytes)
    vocabulary[numberIn(file, space + 1, end)] = isAscii(bytes, size) ? bytes.toString('latin1', 0, size) : textOf(bytes.subarray(0, size))
    start = end + 1
  }
  return vocabulary
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf]

function textOf(bytes: Uint8Array): string | number[] {
  // The tokenizer reads a text that begins with a byte order mark without it.
  if (BYTE_ORDER_MARK.every((byte, at) => bytes[at] === byte)) return [...bytes]
  try {
    return decoder.decode(bytes)
  } catch {
    return [...bytes]
  }
}

function isAscii(bytes: Uint8Array, size: number): boolean {
  for (let at = 0; at < size; at += 1) if ((bytes[at] ?? 0) > 0x7f) return false
  return true
}

function numberIn(file: Uint8Array, from: number, to: number): number {
  let number = 0
  for (let at = from; at < to; at += 1) number = 10 * number + (file[at] ?? 0) - 0x30
  return number
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const sixBits = new Uint8Array(256)
for (const [value, letter] of [...BASE64].entries()) sixBits[letter.charCodeAt(0)] = value
const PADDING = 61

/** By hand: of two hundred thousand tokens a Buffer each would be most of the work. Returns how many bytes. */
function decodeBase64(file: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let size = 0
  let bits = 0
  let held = 0
  for (let at = from; at < to && file[at] !== PADDING; at += 1) {
    bits = ((bits << 6) | (sixBits[file[at] ?? 0] ?? 0)) & 0xffff
    held += 6
    if (held < 8) continue
    held -= 8
    into[size] = bits >>> held
    size += 1
  }
  return size
}
