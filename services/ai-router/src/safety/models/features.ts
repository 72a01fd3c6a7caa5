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

/**
 * Hashed n-grams of a text in comparable form: words, pairs of words, and the three and four letters that words are made
 * of, which also know a word that is spelled wrong or in a form that was not seen.
 */
export function featuresOf(text: string): Features {
  const touched: number[] = []
  const add = (bucket: number, weight: number) => {
    if (counts[bucket] === 0) touched.push(bucket)
    counts[bucket] = (counts[bucket] ?? 0) + weight
  }
  let before = 0
  let seen = 0
  for (const [word] of text.matchAll(WORD)) {
    seen += 1
    if (seen > MAX_WORDS) break
    const { hash, letters } = wordOf(word)
    add(hash & (BUCKETS - 1), 1)
    if (before !== 0) add(mixed(Math.imul(before, 31) ^ hash) & (BUCKETS - 1), 1)
    before = hash
    for (const bucket of letters) add(bucket, 0.5)
  }
  return collected(touched)
}

interface HashedWord {
  hash: number
  /** Buckets of the letters it is made of. */
  letters: Uint16Array
}

/** Words that were hashed before: most of a text are words of every text. */
const hashedWords = new Map<string, HashedWord>()
const MAX_HASHED_WORDS = 20_000
const MAX_REMEMBERED_LENGTH = 24

function wordOf(word: string): HashedWord {
  const known = hashedWords.get(word)
  if (known) return known
  const hashed = { hash: mixed(hashOf(word, 0, word.length, 0x811c9dc5)), letters: lettersOf(word) }
  if (word.length <= MAX_REMEMBERED_LENGTH) {
    if (hashedWords.size >= MAX_HASHED_WORDS) hashedWords.clear()
    hashedWords.set(word, hashed)
  }
  return hashed
}

function lettersOf(word: string): Uint16Array {
  const buckets: number[] = []
  if (word.length >= 4) {
    const framed = `<${word}>`
    for (const length of [3, 4]) {
      for (let at = 0; at + length <= framed.length; at += 1) {
        buckets.push(mixed(hashOf(framed, at, at + length, 0x1234567 + length)) & (BUCKETS - 1))
      }
    }
  }
  return Uint16Array.from(buckets)
}

function collected(touched: readonly number[]): Features {
  const buckets = Uint32Array.from(touched)
  const weights = new Float32Array(touched.length)
  let squares = 0
  for (let index = 0; index < touched.length; index += 1) {
    const bucket = touched[index] ?? 0
    const weight = Math.log1p(counts[bucket] ?? 0)
    counts[bucket] = 0
    weights[index] = weight
    squares += weight * weight
  }
  const norm = squares > 0 ? 1 / Math.sqrt(squares) : 0
  for (let index = 0; index < weights.length; index += 1) weights[index] = (weights[index] ?? 0) * norm
  return { buckets, weights }
}

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
