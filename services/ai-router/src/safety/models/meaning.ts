import { DIMENSIONS } from '@parley/embeddings'
import type { Features } from './features.ts'

/** Weights of a model of meanings: a power of two, of which the last ones stay 0. */
export const MEANING_SIZE = 1024

const buckets = Uint32Array.from({ length: DIMENSIONS + 1 }, (_, index) => index)
const SMALLEST = 1e-4
/** Brings what a model of words says, in its logits, to the size of what a vector says. */
const WORDS_SCALE = 0.25

/**
 * A passage as the models of meanings know it: its vector, of length 1, and what the model of words says of it.
 *
 * @param probability by the model of words, 0 to 1
 */
export function featuresOfMeaning(vector: Float32Array, probability: number): Features {
  const weights = new Float32Array(DIMENSIONS + 1)
  weights.set(vector)
  const bounded = Math.min(Math.max(probability, SMALLEST), 1 - SMALLEST)
  weights[DIMENSIONS] = WORDS_SCALE * Math.log(bounded / (1 - bounded))
  return { buckets, weights }
}
