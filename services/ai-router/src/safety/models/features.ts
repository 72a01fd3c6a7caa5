import { kindAt, SPACE, sizeAt, WORD } from '../texts/letters.ts'
import { endOfWord } from '../texts/words.ts'

/** Buckets that features are hashed into; a model has one weight for each. */
export const BUCKETS = 1 << 16

/** Words and marks of one text that are looked at. */
const MAX_WORDS = 4_000

/** Which buckets a text falls into, and how heavily; the squares of the weights add up to 1. */
export interface Features {
  buckets: Uint32Array
  weights: Float32Array
}

/**
 * What the text at hand has put into each bucket, in halves, and which buckets it has touched. One array of each for all
 * texts, as every text empties them again.
 */
const counts = new Uint16Array(BUCKETS)
const touched = new Uint32Array(BUCKETS)

/**
 * Hashed n-grams of a text in comparable form: words, pairs of words, and the three and four letters that words are made
 * of, which also know a word that is spelled wrong or in a form that was not seen.
 */
export function featuresOf(text: string): Features {
  const distinct: HashedWord[] = []
  let buckets = 0
  let before = 0
  let seen = 0
  for (let index = 0; index < text.length && seen < MAX_WORDS; ) {
    const kind = kindAt(text, index)
    const end = kind === WORD ? endOfWord(text, index, false) : index + sizeAt(text, index)
    if (kind !== SPACE) {
      seen += 1
      const word = wordOf(text, index, end)
      if (word.times === 0) distinct.push(word)
      word.times += 1
      if (before !== 0) buckets = addTo(mixed(Math.imul(before, 31) ^ word.hash) & (BUCKETS - 1), 2, buckets)
      before = word.hash
    }
    index = end
  }
  for (const word of distinct) {
    const { hash, letters, times } = word
    word.times = 0
    buckets = addTo(hash & (BUCKETS - 1), 2 * times, buckets)
    for (let at = 0; at < letters.length; at += 1) buckets = addTo(letters[at] ?? 0, times, buckets)
  }
  return collected(buckets)
}

/** Returns how many buckets are touched then. */
function addTo(bucket: number, halves: number, buckets: number): number {
  const count = counts[bucket] ?? 0
  counts[bucket] = count + halves
  if (count !== 0) return buckets
  touched[buckets] = bucket
  return buckets + 1
}

interface HashedWord {
  text: string
  hash: number
  /** Buckets of the letters it is made of. */
  letters: Uint16Array
  /** In the text at hand; 0 in between. */
  times: number
}

/** Words that were hashed before, by their first hash: most of a text are words of every text. Numbers are not. */
const hashedWords = new Map<number, HashedWord>()
const MAX_HASHED_WORDS = 20_000
const MAX_REMEMBERED_LENGTH = 24
const DIGIT = /\d/

function wordOf(text: string, from: number, to: number): HashedWord {
  const first = hashOf(text, from, to, 0x811c9dc5)
  const known = hashedWords.get(first)
  if (known && known.text.length === to - from && text.startsWith(known.text, from)) return known
  const word = text.slice(from, to)
  const hashed = { text: word, hash: mixed(first), letters: lettersOf(word), times: 0 }
  if (word.length <= MAX_REMEMBERED_LENGTH && !DIGIT.test(word)) {
    if (hashedWords.size >= MAX_HASHED_WORDS) hashedWords.clear()
    hashedWords.set(first, hashed)
  }
  return hashed
}

const NO_LETTERS = new Uint16Array()

/** Of the word between `<` and `>`, so that its beginning and its end are known. */
function lettersOf(word: string): Uint16Array {
  if (word.length < 4) return NO_LETTERS
  const framed = `<${word}>`
  const buckets = new Uint16Array(2 * framed.length - 5)
  let size = 0
  for (let length = 3; length <= 4; length += 1) {
    for (let at = 0; at + length <= framed.length; at += 1) {
      buckets[size] = mixed(hashOf(framed, at, at + length, 0x1234567 + length)) & (BUCKETS - 1)
      size += 1
    }
  }
  return buckets
}

function collected(size: number): Features {
  const buckets = touched.slice(0, size)
  const weights = new Float32Array(size)
  let squares = 0
  for (let index = 0; index < size; index += 1) {
    const bucket = buckets[index] ?? 0
    const weight = weightOf(counts[bucket] ?? 0)
    counts[bucket] = 0
    weights[index] = weight
    squares += weight * weight
  }
  const norm = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let index = 0; index < size; index += 1) weights[index] = (weights[index] ?? 0) * norm
  return { buckets, weights }
}

const SMALL_WEIGHTS = Float64Array.from({ length: 256 }, (_, halves) => Math.log1p(halves / 2))
const weightOf = (halves: number): number => SMALL_WEIGHTS[halves] ?? Math.log1p(halves / 2)

/** FNV-1a over a part of a string. */
function hashOf(text: string, from: number, to: number, seed: number): number {
  let hash = seed
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash
}

/** Spreads a hash over its lower bits. */
function mixed(hash: number): number {
  let value = hash ^ (hash >>> 15)
  value = Math.imul(value, 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
