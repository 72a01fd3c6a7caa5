import type { Embedder } from '@parley/embeddings'
import { type Logger, withSpan } from '@parley/telemetry'
import type { AnswerCacheStore, CachedAnswer } from '../completions/answer-cache.store.ts'
import type { CachedQuestion, CachedQuestionStore } from './cached-questions.store.ts'
import { differenceBetween } from './differences.ts'
import { readQuestion } from './question-reading.ts'
import { bandsOf } from './vector-bands.ts'
import { quantise, similarity } from './vector-code.ts'

/** A question, and where answers to such questions are kept. */
export interface AskedQuestion {
  text: string
  /** Hash of everything an answer depends on besides the question, and of whom it may be given to. */
  scope: Buffer
  /** Least cosine of two questions that may have one answer. */
  minSimilarity: number
}

/** Answers that were given to questions which mean the same. */
export interface SimilarAnswers {
  /** Null where there is none, or none is found in time: never later than `waitMs`, and never rejects. */
  find(question: AskedQuestion): Promise<CachedAnswer | null>
  /** Has an answer that is kept under `key` found by its question. Never rejects. */
  remember(question: AskedQuestion, key: Buffer): Promise<void>
  close(): Promise<void>
}

interface Dependencies {
  embedder: Embedder
  questions: CachedQuestionStore
  answers: Pick<AnswerCacheStore, 'find'>
  logger: Logger
  waitMs: number
}

/** Questions that wait for their vectors; one takes 25 to 50 ms. Beyond it none is looked for: asking a vendor is faster. */
const MAX_WAITING = 16
/** Vectors of questions that were just asked, for when their answers are there. */
const MAX_KEPT_VECTORS = 1_000

export function createSimilarAnswers({ embedder, questions, answers, logger, waitMs }: Dependencies): SimilarAnswers {
  const vectors = new Map<string, Promise<Float32Array>>()
  let waiting = 0

  function vectorOf(text: string): Promise<Float32Array> | null {
    const known = vectors.get(text)
    if (known) return known
    if (waiting >= MAX_WAITING) return null
    waiting += 1
    const vector = embedder
      .embed([text])
      .then(([first]) => first ?? Promise.reject(new Error('the model gave no vector')))
      .finally(() => (waiting -= 1))
    // Whoever asked for it hears of it; the next one tries anew.
    vector.catch(() => vectors.delete(text))
    vectors.set(text, vector)
    if (vectors.size > MAX_KEPT_VECTORS) vectors.delete(vectors.keys().next().value ?? '')
    return vector
  }

  async function search({ text, scope, minSimilarity }: AskedQuestion, found: (nearest: number) => void): Promise<CachedAnswer | null> {
    const vector = await vectorOf(text)
    if (!vector) return null
    const candidates = await questions.near({ scope, bands: bandsOf(vector, scope) })
    const reading = readQuestion(text)
    for (const { candidate, nearness } of nearestFirst(candidates, vector)) {
      if (nearness < minSimilarity) return null
      if (differenceBetween(reading, readQuestion(candidate.question))) continue
      const answer = await answers.find(candidate.key)
      if (!answer) continue
      found(nearness)
      return answer
    }
    return null
  }

  return {
    find: (question) =>
      withSpan('find similar answer', {}, async (span) => {
        const searching = search(question, (nearness) => span.setAttribute('parley.answer.similarity', nearness))
        searching.catch((error: unknown) => logger.warn({ err: error }, 'similar questions could not be looked for'))
        const answer = await inTime(searching, waitMs).catch(() => null)
        span.setAttribute('parley.answer.found', Boolean(answer))
        return answer
      }),

    async remember({ text, scope }, key) {
      try {
        const vector = await vectorOf(text)
        if (vector) await questions.put({ scope, bands: bandsOf(vector, scope) }, { key, question: text, vector: quantise(vector) })
      } catch (error) {
        logger.warn({ err: error }, 'a question could not be kept')
      }
    },

    close: () => embedder.close(),
  }
}

const nearestFirst = (candidates: readonly CachedQuestion[], vector: Float32Array) =>
  candidates
    .map((candidate) => ({ candidate, nearness: similarity(vector, candidate.vector) }))
    .toSorted((one, other) => other.nearness - one.nearness)

/** What is found until then; null later. */
async function inTime<T>(work: Promise<T | null>, waitMs: number): Promise<T | null> {
  const late = Promise.withResolvers<null>()
  const timer = setTimeout(late.resolve, waitMs, null)
  return Promise.race([work, late.promise]).finally(() => clearTimeout(timer))
}
