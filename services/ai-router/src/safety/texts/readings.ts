import { bounded, comparable, type HiddenCharacters, hiddenCharacters, isAscii, withoutLookalikes } from './comparable.ts'
import { type DecodedPart, decodedParts } from './encodings.ts'
import { type Traits, traitsOf } from './traits.ts'
import { classesOf } from './vocabulary.ts'

export type ReadingKind = 'plain' | 'lookalikes' | 'spaced' | 'split' | 'leet' | 'hidden' | DecodedPart['notation']

/** One way in which a text can be read, in comparable form. */
export interface Reading {
  kind: ReadingKind
  text: string
}

export interface Readings {
  /** The text itself is the first. */
  readings: readonly [Reading, ...Reading[]]
  hidden: HiddenCharacters
}

/** A decoded part that hides another one is decoded too, no deeper. */
const MAX_DEPTH = 2

/**
 * The ways a text can be read by a model that does not stumble over spelling: homoglyphs, letters set apart, split words,
 * digits for letters, invisible characters, other notations. Each is checked by itself, so that undoing one trick cannot
 * break what a plain reading shows. Never throws; the work grows with the length of the text and no faster.
 */
export function readingsOf(text: string): Readings {
  const cut = bounded(text)
  const traits = traitsOf(cut)
  const others: Reading[] = []
  if (isAscii(cut)) {
    const plain = cut.toLowerCase()
    addSpellings(plain, traits, others)
    addDecoded(cut, traits, others, 1)
    return { readings: [{ kind: 'plain', text: plain }, ...others], hidden: NOTHING_HIDDEN }
  }
  const plain = comparable(cut)
  const hidden = hiddenCharacters(cut)
  const latin = withoutLookalikes(plain)
  if (latin !== plain) others.push({ kind: 'lookalikes', text: latin })
  addSpellings(latin, traitsOf(latin), others)
  if (hidden.message) others.push({ kind: 'hidden', text: comparable(hidden.message) })
  addDecoded(cut, traits, others, 1)
  return { readings: [{ kind: 'plain', text: plain }, ...others], hidden }
}

const NOTHING_HIDDEN: HiddenCharacters = { insideWords: 0, message: '' }

function addSpellings(latin: string, { hasLettersApart, hasSplitWords, hasLeetWords }: Traits, into: Reading[]): void {
  const spaced = hasLettersApart ? withLettersJoined(latin) : latin
  if (spaced !== latin) into.push({ kind: 'spaced', text: spaced })
  const whole = hasSplitWords ? latin.replace(SPLIT_WORD, (word) => ifKnown(word, word.replace(/[^a-z]/g, ''))) : latin
  if (whole !== latin) into.push({ kind: 'split', text: whole })
  if (!hasLeetWords) return
  const spelled = latin.replace(LEET_WORD, (word) =>
    ifKnown(
      word,
      word.replace(LEET_SIGN, (sign) => LEET[sign] ?? sign),
    ),
  )
  if (spelled !== latin) into.push({ kind: 'leet', text: spelled })
}

/** Only words that rules know are put together: `state-of-the-art` and `b2b` are left as they are. */
const ifKnown = (word: string, read: string): string => (classesOf(read) === 0 ? word : read)

function addDecoded(text: string, traits: Traits, into: Reading[], depth: number): void {
  for (const { notation, text: decoded } of decodedParts(text, traits)) {
    const latin = withoutLookalikes(comparable(decoded))
    into.push({ kind: notation, text: latin })
    if (depth < MAX_DEPTH) addDecoded(decoded, traitsOf(decoded), into, depth + 1)
  }
}

/** Four or more letters that stand alone, one separator apart. */
const LETTERS_APART = /(?<![\p{L}\p{N}])\p{L}(?:[ .\-_*|/\t]{1,3}\p{L}(?![\p{L}\p{N}'])){3,}/gu
/** `i g n o r e   a l l` becomes `ignore all`; where the gap between words is no wider, they become one. */
const withLettersJoined = (text: string): string =>
  text.replace(LETTERS_APART, (run) => {
    const hasWordGaps = /[ \t]{2,}|[ ][/|][ ]/.test(run)
    return run.replace(/[ .\-_*|/\t]{1,3}/g, (gap) => (hasWordGaps && gap.length > 1 ? ' ' : ''))
  })

const SPLIT_WORD = /(?<![a-z])[a-z]+(?:[-.*_~|^][a-z]+)+/g

/** Words with digits or signs among their letters. */
const LEET_WORD = /(?<![a-z0-9@$!])(?:[a-z]+[0134578@$!]|[0134578@$!]+[a-z])[a-z0134578@$!]{2,24}/g
const LEET_SIGN = /[0134578@$!]/g
const LEET: Readonly<Record<string, string>> = { 0: 'o', 1: 'i', 3: 'e', 4: 'a', 5: 's', 7: 't', 8: 'b', '@': 'a', $: 's', '!': 'i' }
