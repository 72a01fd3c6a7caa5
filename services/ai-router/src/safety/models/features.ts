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
      const first = hashOf(text, index, end, 0x811c9dc5)
      const word = knownWord(first, text, index, end)
      if (word) {
        if (word.times === 0) distinct.push(word)
        word.times += 1
      } else buckets = addWord(mixed(first), text, index, end, buckets)
      const hash = mixed(first)
      if (before !== 0) buckets = addTo(mixed(Math.imul(before, 31) ^ hash) & (BUCKETS - 1), 2, buckets)
      before = hash
    }
    index = end
  }
  for (const word of distinct) {
    const { bucket, letters, times } = word
    word.times = 0
    buckets = addTo(bucket, 2 * times, buckets)
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
  bucket: number
  /** Buckets of the letters it is made of. */
  letters: Uint16Array
  /** In the text at hand; 0 in between. */
  times: number
}

/** Words that were hashed before, by their first hash: most of a text are words of every text. */
const hashedWords = new Map<number, HashedWord>()
const MAX_HASHED_WORDS = 20_000
const MAX_REMEMBERED_LENGTH = 24

/** Undefined for what no other text will have: numbers, and what is longer than words are. */
function knownWord(first: number, text: string, from: number, to: number): HashedWord | undefined {
  const known = hashedWords.get(first)
  if (known && isAt(known.text, text, from, to)) return known
  if (to - from > MAX_REMEMBERED_LENGTH || hasDigit(text, from, to)) return undefined
  const word = text.slice(from, to)
  const hashed = { text: word, bucket: mixed(first) & (BUCKETS - 1), letters: lettersOf(word), times: 0 }
  if (hashedWords.size >= MAX_HASHED_WORDS) hashedWords.clear()
  hashedWords.set(first, hashed)
  return hashed
}

/** By hand: of a few letters `startsWith` takes several times as long. */
function isAt(word: string, text: string, from: number, to: number): boolean {
  if (word.length !== to - from) return false
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) !== text.charCodeAt(from + at)) return false
  return true
}

function hasDigit(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit >= 0x30 && unit <= 0x39) return true
  }
  return false
}

const LETTERS_SEED = 0x1234567
const SHORTEST_LETTERS = 3
const LONGEST_LETTERS = 4
/** Shorter words are known as a whole. */
const SHORTEST_WORD_OF_LETTERS = 4

/** Of the word between `<` and `>`, so that its beginning and its end are known. */
function lettersOf(word: string): Uint16Array {
  if (word.length < SHORTEST_WORD_OF_LETTERS) return NO_LETTERS
  const framed = `<${word}>`
  const buckets = new Uint16Array(2 * framed.length - 5)
  let size = 0
  for (let length = SHORTEST_LETTERS; length <= LONGEST_LETTERS; length += 1) {
    for (let at = 0; at + length <= framed.length; at += 1) {
      buckets[size] = mixed(hashOf(framed, at, at + length, LETTERS_SEED + length)) & (BUCKETS - 1)
      size += 1
    }
  }
  return buckets
}

const NO_LETTERS = new Uint16Array()

/** What `lettersOf` a word would say, put into the text's buckets at once. Returns how many are touched then. */
function addWord(hash: number, text: string, from: number, to: number, touchedBefore: number): number {
  let buckets = addTo(hash & (BUCKETS - 1), 2, touchedBefore)
  if (to - from < SHORTEST_WORD_OF_LETTERS) return buckets
  for (let length = SHORTEST_LETTERS; length <= LONGEST_LETTERS; length += 1) {
    for (let at = from - 1; at + length <= to + 1; at += 1) {
      let hash = LETTERS_SEED + length
      for (let letter = at; letter < at + length; letter += 1) {
        const unit = letter < from ? BEGIN : letter === to ? END : text.charCodeAt(letter)
        hash = Math.imul(hash ^ unit, FNV_PRIME)
      }
      buckets = addTo(mixed(hash) & (BUCKETS - 1), 1, buckets)
    }
  }
  return buckets
}

const BEGIN = '<'.charCodeAt(0)
const END = '>'.charCodeAt(0)

/**
 * Features of many texts, side by side: an array of each for every text would be two more things to be tracked and freed. A store
 * goes when none of its texts is looked at any more.
 */
const STORED = 1 << 15
let storedBuckets = new Uint32Array(STORED)
let storedWeights = new Float32Array(STORED)
let stored = 0

function collected(size: number): Features {
  if (stored + size > storedBuckets.length) {
    storedBuckets = new Uint32Array(Math.max(STORED, size))
    storedWeights = new Float32Array(Math.max(STORED, size))
    stored = 0
  }
  const buckets = storedBuckets.subarray(stored, stored + size)
  const weights = storedWeights.subarray(stored, stored + size)
  stored += size
  let squares = 0
  for (let index = 0; index < size; index += 1) {
    const bucket = touched[index] ?? 0
    const weight = weightOf(counts[bucket] ?? 0)
    counts[bucket] = 0
    buckets[index] = bucket
    weights[index] = weight
    squares += weight * weight
  }
  const norm = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let index = 0; index < size; index += 1) weights[index] = (weights[index] ?? 0) * norm
  return { buckets, weights }
}

const SMALL_WEIGHTS = Float64Array.from({ length: 256 }, (_, halves) => Math.log1p(halves / 2))
const weightOf = (halves: number): number => SMALL_WEIGHTS[halves] ?? Math.log1p(halves / 2)

const FNV_PRIME = 0x01000193

/** FNV-1a over a part of a string. */
function hashOf(text: string, from: number, to: number, seed: number): number {
  let hash = seed
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), FNV_PRIME)
  return hash
}

/** Spreads a hash over its lower bits. */
function mixed(hash: number): number {
  let value = hash ^ (hash >>> 15)
  value = Math.imul(value, 0x85ebca6b)
  return (value ^ (value >>> 13)) >>> 0
}
