import { type Traits, traitsOf } from './traits.ts'

/** A part of a text that was written in another notation, and what it says. */
export interface DecodedPart {
  notation: 'base64' | 'hex' | 'url' | 'escapes' | 'binary' | 'rot13' | 'reversed'
  text: string
}

/** Parts of one text that are decoded; a text with more of them is data. */
const MAX_PARTS = 24
const MAX_DECODED_CHARACTERS = 8_000

const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g
const HEX = /(?<![A-Za-z0-9])(?:(?:0x|\\x)?[0-9a-fA-F]{2}[ ,:]?){10,}/g
const BINARY = /(?<![0-9])(?:[01]{8}[ ,]?){5,}/g
const PERCENT = /(?:%[0-9a-fA-F]{2}){2,}|%[0-9a-fA-F]{2}/g
const ESCAPES = /\\u\{?([0-9a-fA-F]{4,6})\}?|&#x([0-9a-fA-F]{2,6});|&#([0-9]{2,7});/g
const ESCAPE_MARK = /\\u|&#/

/** Words of attacks as ROT13 writes them: whole texts are turned only where they stand. */
const ROT13_WORDS = /\b(?:vtaber|qvfertneq|cerivbhf|vafgehpgvbaf?|cebzcg|flfgrz|erirny|cnffjbeq|sbetrg|birveevqr)\b/i
const REVERSED_WORDS = /\b(?:erongi|draesider|suoiverp|snoitcurtsni|tpmorp|metsys|laever|drowssap|tegrof)\b/i

/** Everything in `text` that can be read in another notation. `text` is as the user wrote it, and `traits` are its. */
export function decodedParts(text: string, traits: Traits = traitsOf(text)): DecodedPart[] {
  const parts: DecodedPart[] = []
  const add = (notation: DecodedPart['notation'], decoded: string | null) => {
    if (decoded && parts.length < MAX_PARTS) parts.push({ notation, text: decoded.slice(0, MAX_DECODED_CHARACTERS) })
  }
  const { hasBase64, hasHex, hasBinary } = traits
  if (hasBase64) {
    for (const [match] of text.matchAll(BASE64)) {
      if (parts.length >= MAX_PARTS) break
      add('base64', fromBase64(match))
    }
  }
  if (hasHex) for (const [match] of text.matchAll(HEX)) add('hex', fromHex(match))
  if (hasBinary) for (const [match] of text.matchAll(BINARY)) add('binary', fromBinary(match))
  if (text.includes('%') && (text.match(PERCENT)?.length ?? 0) >= 2) add('url', fromPercent(text))
  if (ESCAPE_MARK.test(text) && (text.match(ESCAPES)?.length ?? 0) >= 4) add('escapes', fromEscapes(text))
  if (ROT13_WORDS.test(text)) add('rot13', rot13(text))
  if (REVERSED_WORDS.test(text)) add('reversed', [...text].reverse().join(''))
  return parts
}

/** Base64 of either alphabet, or null when it says nothing a person could read. */
function fromBase64(part: string): string | null {
  // Words, paths and identifiers are made of the same letters.
  if (!/[A-Z]/.test(part) || !/[a-z0-9]/.test(part)) return null
  return readable(Buffer.from(part, 'base64'))
}

function fromHex(part: string): string | null {
  const digits = part.replace(/0x|\\x|[ ,:]/g, '')
  return readable(Buffer.from(digits, 'hex'))
}

function fromBinary(part: string): string | null {
  const bytes = part.replace(/[ ,]/g, '').match(/[01]{8}/g) ?? []
  return readable(Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2))))
}

const fromPercent = (text: string): string | null =>
  text.replace(PERCENT, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))

function fromEscapes(text: string): string {
  return text.replace(ESCAPES, (whole, unicode?: string, hex?: string, decimal?: string) => {
    const code = unicode || hex ? Number.parseInt(unicode ?? hex ?? '', 16) : Number(decimal)
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole
  })
}

export const rot13 = (text: string): string =>
  text.replace(/[a-z]/gi, (letter) => {
    const code = letter.charCodeAt(0)
    const first = code >= 97 ? 97 : 65
    return String.fromCharCode(((code - first + 13) % 26) + first)
  })

const LETTERS = /[\p{L}\p{N} ]/gu

/** The text the bytes are, or null when they are not one: at least 85 % letters, digits and spaces. */
function readable(bytes: Buffer): string | null {
  if (bytes.length < 8) return null
  const text = bytes.toString('utf8')
  const letters = text.match(LETTERS)?.length ?? 0
  return letters >= text.length * 0.85 && !text.includes('\ufffd') ? text : null
}
