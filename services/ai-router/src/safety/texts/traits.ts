/** What a text would have to have to be read in another way. Each may be said too often, never too seldom. */
export interface Traits {
  /** Four letters that stand alone, one after the other. */
  hasLettersApart: boolean
  /** A letter, one of the signs that split words, a letter. */
  hasSplitWords: boolean
  /** A word with digits or signs among its letters. */
  hasLeetWords: boolean
  hasBase64: boolean
  hasHex: boolean
  hasBinary: boolean
}

const LETTER = 1
const SPLITS_WORDS = 2
const LEET = 4
const BASE64 = 8
const HEX = 16
const BINARY = 32
const SETS_APART = 64
const IN_WORD = 128

/** Of characters below 128; everything above may be a letter and may be none. */
const classes = new Uint8Array(128)
const mark = (characters: string, bits: number) => {
  for (const character of characters) classes[character.charCodeAt(0)] = (classes[character.charCodeAt(0)] ?? 0) | bits
}
const SMALL = 'abcdefghijklmnopqrstuvwxyz'
const DIGITS = '0123456789'
mark(SMALL + SMALL.toUpperCase(), LETTER | BASE64 | IN_WORD)
mark(DIGITS, BASE64 | HEX | IN_WORD)
mark('+/_-', BASE64)
mark('abcdefABCDEFx\\ ,:', HEX)
mark('01 ,', BINARY)
mark('-.*_~|^', SPLITS_WORDS)
mark('0134578@$!', LEET)
mark(' .-_*|/\t', SETS_APART)

const LEAST_APART = 4
const LONGEST_GAP = 3
const LEAST_LEET = 4
const LEAST_BASE64 = 16
const LEAST_HEX = 20
const LEAST_BINARY = 40

/** One look at every character. */
export function traitsOf(text: string): Traits {
  let base64 = 0
  let hex = 0
  let binary = 0
  let leet = 0
  let leetSigns = 0
  let apart = 0
  let gap = 0
  const traits: Traits = {
    hasLettersApart: false,
    hasSplitWords: false,
    hasLeetWords: false,
    hasBase64: false,
    hasHex: false,
    hasBinary: false,
  }
  let before = 0
  let beforeThat = 0
  for (let index = 0; index <= text.length; index += 1) {
    const unit = index < text.length ? text.charCodeAt(index) : 0
    const here = unit < 128 ? (classes[unit] ?? 0) : LETTER
    if (here & BASE64) {
      base64 += 1
      if (base64 >= LEAST_BASE64) traits.hasBase64 = true
    } else base64 = 0
    if (here & HEX) {
      hex += 1
      if (hex >= LEAST_HEX) traits.hasHex = true
    } else hex = 0
    if (here & BINARY) {
      binary += 1
      if (binary >= LEAST_BINARY) traits.hasBinary = true
    } else binary = 0
    if (here & (LETTER | LEET)) {
      leet += 1
      if (here & LEET) leetSigns += 1
      if (leet >= LEAST_LEET && leetSigns > 0 && leetSigns < leet) traits.hasLeetWords = true
    } else leet = leetSigns = 0
    if (here & LETTER && before & SPLITS_WORDS && beforeThat & LETTER) traits.hasSplitWords = true
    // The letter before stands alone when nothing that is sure to be of a word is on either side of it.
    if (before & LETTER && !(beforeThat & IN_WORD) && !(here & IN_WORD)) {
      apart += 1
      gap = 0
      if (apart >= LEAST_APART) traits.hasLettersApart = true
    } else if (before & IN_WORD) apart = 0
    if (here & SETS_APART) {
      gap += 1
      if (gap > LONGEST_GAP) apart = 0
    } else if (!(here & LETTER)) apart = 0
    beforeThat = before
    before = here
  }
  return traits
}
