/** Buckets that features are hashed into; a model has one weight for each. */
export const BUCKETS = 1 << 16

/** Words of one text that are looked at. */
const MAX_WORDS = 4_000
const WORD = /[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*|[^\s\p{L}\p{N}]/gu

/** Which buckets a text falls into, and how heavily; the squares of the weights add up to 1. */
export interface Features {
  buckets: Uint32Array
  weights: Float32Array
}

/** What the text at hand has put into each bucket. One array for all texts, as every text empties it again. */
const counts = new Float32Array(BUCKETS)
/** The buckets it has put something into, in the order in which it did. Likewise. */
const touched = new Uint32Array(BUCKETS)

/**
 * Hashed n-grams of a text in comparable form: words, pairs of words, and the three and four letters that words are made
 * of, which also know a word that is spelled wrong or in a form that was not seen.
 */
export function featuresOf(text: string): Features {
  let size = 0
  const add = (bucket: number, weight: number) => {
    const count = counts[bucket] ?? 0
    if (count === 0) touched[size++] = bucket
    counts[bucket] = count + weight
  }
  let before = 0
  const words = text.match(WORD) ?? []
  for (let index = 0; index < words.length && index < MAX_WORDS; index += 1) {
    const { hash, letters } = wordOf(words[index] ?? '')
    add(hash & (BUCKETS - 1), 1)
    if (before !== 0) add(mixed(Math.imul(before, 31) ^ hash) & (BUCKETS - 1), 1)
    before = hash
    for (let at = 0; at < letters.length; at += 1) add(letters[at] ?? 0, 0.5)
  }
  return collected(touched.slice(0, size))
}

interface HashedWord {
  hash: number
  /** Buckets of the letters it is made of. */
  letters: Uint16Array
}

/** Words that were hashed before: most of a text are words of every text. Numbers are not. */
const hashedWords = new Map<string, HashedWord>()
const MAX_HASHED_WORDS = 20_000
const MAX_REMEMBERED_LENGTH = 24
const DIGIT = /\d/

function wordOf(word: string): HashedWord {
  const known = hashedWords.get(word)
  if (known) return known
  const hashed = { hash: mixed(hashOf(word, 0, word.length, 0x811c9dc5)), letters: lettersOf(word) }
  if (word.length <= MAX_REMEMBERED_LENGTH && !DIGIT.test(word)) {
    if (hashedWords.size >= MAX_HASHED_WORDS) hashedWords.clear()
    hashedWords.set(word, hashed)
  }
  return hashed
}

const NO_LETTERS = new Uint16Array(0)

function lettersOf(word: string): Uint16Array {
  if (word.length < 4) return NO_LETTERS
  const framed = `<${word}>`
  const ofThree = framed.length - 2
  const buckets = new Uint16Array(ofThree + framed.length - 3)
  for (let index = 0; index < buckets.length; index += 1) {
    const length = index < ofThree ? 3 : 4
    const at = index < ofThree ? index : index - ofThree
    buckets[index] = mixed(hashOf(framed, at, at + length, 0x1234567 + length)) & (BUCKETS - 1)
  }
  return buckets
}

/** Empties the counts. */
function collected(buckets: Uint32Array): Features {
  const weights = new Float32Array(buckets.length)
  let squares = 0
  for (let index = 0; index < buckets.length; index += 1) {
    const bucket = buckets[index] ?? 0
    const weight = dampedOf(counts[bucket] ?? 0)
    counts[bucket] = 0
    weights[index] = weight
    squares += weight * weight
  }
  const norm = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let index = 0; index < weights.length; index += 1) weights[index] = (weights[index] ?? 0) * norm
  return { buckets, weights }
}

/** Of the counts that nearly all buckets have: they go in halves. */
const damped = Float64Array.from({ length: 64 }, (_, halves) => Math.log1p(halves / 2))
const dampedOf = (count: number): number => damped[2 * count] ?? Math.log1p(count)

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
