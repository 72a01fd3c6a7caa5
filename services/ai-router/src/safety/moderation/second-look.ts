import type { Embedder } from '@parley/embeddings'
import { counter } from '@parley/telemetry'
import { featuresOfMeaning } from '../models/meaning.ts'
import { type ModerationCategory, type ModerationScores, strongestOf } from './categories.ts'
import type { ModerationModels } from './classify-locally.ts'
import type { Doubt } from './doubts.ts'

const looksTotal = counter({
  name: 'parley_ai_safety_second_looks_total',
  help: 'Passages that words did not decide: looked at by their meaning, or left as they were because too many waited or the model failed.',
  labelNames: ['outcome'],
})

/** Looks at what passages mean that words do not decide. */
export interface SecondLook {
  /**
   * The strongest scores of the passages in the categories that were in question; none where too many wait. Rejects with the
   * signal's reason when that fires first, and when the model fails.
   */
  classify(doubts: readonly Doubt[], signal: AbortSignal): Promise<ModerationScores>
}

/** Passages that wait for the model at once; one takes 20 to 50 ms of its thread, so that more would not be looked at in time. */
const MAX_WAITING = 32

/** @param models of meanings, by category */
export function createSecondLook(embedder: Embedder, models: ModerationModels): SecondLook {
  let waiting = 0
  return {
    async classify(doubts, signal) {
      if (waiting + doubts.length > MAX_WAITING) {
        looksTotal.inc({ outcome: 'skipped' }, doubts.length)
        return {}
      }
      signal.throwIfAborted()
      waiting += doubts.length
      const vectors = embedder.embed(doubts.map(({ passage }) => passage)).finally(() => {
        waiting -= doubts.length
      })
      // Whoever stopped waiting does not hear of it any more.
      vectors.then(
        () => looksTotal.inc({ outcome: 'looked' }, doubts.length),
        () => looksTotal.inc({ outcome: 'failed' }, doubts.length),
      )
      const known = await untilAborted(vectors, signal)
      return known.map((vector, index) => scoresOf(models, doubts[index], vector)).reduce(strongestOf, {})
    },
  }
}

function scoresOf(models: ModerationModels, doubt: Doubt | undefined, vector: Float32Array): ModerationScores {
  const scores: ModerationScores = {}
  for (const [category, probability] of Object.entries(doubt?.probabilities ?? {}) as [ModerationCategory, number][]) {
    const model = models[category]
    if (model) scores[category] = model.probability(featuresOfMeaning(vector, probability))
  }
  return scores
}

async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>()
  const onAbort = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
