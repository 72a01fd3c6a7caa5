import { createEmbedder } from '@parley/embeddings'
import type { Features } from '../../src/safety/models/features.ts'
import { openModel, type StoredModel, storedModel } from '../../src/safety/models/linear-model.ts'
import { featuresOfMeaning, MEANING_SIZE } from '../../src/safety/models/meaning.ts'
import type { ModerationCategory } from '../../src/safety/moderation/categories.ts'
import { doubtsOf, ON_TOPIC_FROM } from '../../src/safety/moderation/doubts.ts'
import { comparable } from '../../src/safety/texts/comparable.ts'
import { type Example, train } from './logistic-regression.ts'
import { POSITIVE_IMPORTANCE, type TrainingText, trainOnWords } from './moderation-training.ts'
import { foldOf } from './samples.ts'

/** A passage with words of the topic, and what a model of words that has not seen it says of it. */
interface Passage {
  text: string
  probability: number
}

interface TopicalText {
  isPositive: boolean
  importance: number
  fold: number
  passages: readonly Passage[]
}

/** More is learned from than is in doubt later: what is near it. */
const LEARNED_FROM = 0.002

const FOLDS = 5
/**
 * What a model says is moved so that of the texts it flags on the training half, without having seen them, this share is right.
 * Its mistakes come on top of those of words: for both together to be as often right as words were, it must be more often right.
 */
const precisions: Readonly<Partial<Record<ModerationCategory, number>>> = { sexual: 0.99, self_harm: 0.8 }
const BATCH = 64

/** The models of meanings of some categories. */
export async function trainOnMeaning<C extends ModerationCategory>(
  categories: readonly C[],
  texts: readonly TrainingText[],
): Promise<Record<C, StoredModel>> {
  const topical = categories.map((category) => [category, topicalTexts(category, texts)] as const)
  const vectors = await vectorsOf(new Set(topical.flatMap(([, some]) => some.flatMap(({ passages }) => passages.map(({ text }) => text)))))
  const models = topical.map(([category, some]) => [category, trainOne(category, some, vectors)] as const)
  return Object.fromEntries(models) as Record<C, StoredModel>
}

const folds = Array.from({ length: FOLDS }, (_, fold) => fold)

function topicalTexts(category: ModerationCategory, texts: readonly TrainingText[]): TopicalText[] {
  const labelled = texts.filter(({ labels }) => labels[category] !== undefined).map((text) => ({ ...text, fold: foldOf(text, FOLDS) }))
  return folds.flatMap((fold) => {
    const others = labelled.filter((text) => text.fold !== fold)
    const words = openModel(trainOnWords(category, others))
    return labelled
      .filter((text) => text.fold === fold)
      .map(({ text, features, labels, importance }) => ({
        isPositive: labels[category] === true,
        importance,
        fold,
        passages: doubtsOf(
          { [category]: words },
          comparable(text),
          features,
          { [category]: words.probability(features) },
          LEARNED_FROM,
        ).map(({ passage, probabilities }) => ({ text: passage, probability: probabilities[category] ?? 0 })),
      }))
  })
}

type Vectors = ReadonlyMap<string, Float32Array>

function trainOne(category: ModerationCategory, texts: readonly TopicalText[], vectors: Vectors): StoredModel {
  const unseen = folds.flatMap((fold) => {
    const others = texts.filter((text) => text.fold !== fold)
    const model = openModel(trainOnPassages(others, vectors))
    return texts
      .filter((text) => text.fold === fold)
      .map(({ passages, isPositive }) => ({ isPositive, doubts: passages.filter(({ probability }) => probability >= ON_TOPIC_FROM) }))
      .filter(({ doubts }) => doubts.length > 0)
      .map(({ doubts, isPositive }) => ({
        isPositive,
        score: Math.max(...doubts.map((doubt) => model.probability(featuresOf(doubt, vectors)))),
      }))
  })
  const threshold = thresholdFor(unseen, precisions[category] ?? 1)
  const flagged = unseen.filter(({ score }) => score >= threshold)
  const right = flagged.filter(({ isPositive }) => isPositive).length
  const positives = texts.filter(({ isPositive }) => isPositive).length
  console.log(
    `${category}: ${unseen.length} of ${texts.length} texts in doubt; from ${threshold.toFixed(2)} on ${right} of ${positives} found, ${flagged.length - right} wrongly`,
  )
  const { bias, ...model } = trainOnPassages(texts, vectors)
  // Half sure is where the threshold is.
  return { bias: bias - Math.log(threshold / (1 - threshold)), ...model }
}

function trainOnPassages(texts: readonly TopicalText[], vectors: Vectors): StoredModel {
  const examples = texts.flatMap(({ passages, isPositive, importance }): Example[] =>
    passages.map((passage) => ({
      features: featuresOf(passage, vectors),
      isPositive,
      // A text that is something of the kind need not be so everywhere.
      importance: isPositive ? (importance * POSITIVE_IMPORTANCE) / passages.length : importance,
    })),
  )
  const { bias, weights } = train(examples, { epochs: 60, rate: 0.1, decay: 0.1 / examples.length, size: MEANING_SIZE })
  return storedModel(bias, weights)
}

function featuresOf({ text, probability }: Passage, vectors: Vectors): Features {
  const vector = vectors.get(text)
  if (!vector) throw new Error('a passage has no vector')
  return featuresOfMeaning(vector, probability)
}

/** The least score from which on the wanted share of what is flagged is right. */
function thresholdFor(unseen: readonly { isPositive: boolean; score: number }[], precision: number): number {
  const surest = unseen.toSorted((one, other) => other.score - one.score)
  let threshold = 0.99
  let right = 0
  for (const [index, { isPositive, score }] of surest.entries()) {
    if (isPositive) right += 1
    if (right / (index + 1) >= precision) threshold = score
  }
  return Math.min(Math.max(threshold, 0.01), 0.99)
}

async function vectorsOf(passages: ReadonlySet<string>): Promise<Vectors> {
  const embedder = createEmbedder()
  // Passages of one length together: a batch takes as long as its longest one.
  const ordered = [...passages].toSorted((one, other) => one.length - other.length)
  const vectors = new Map<string, Float32Array>()
  console.log(`${ordered.length} passages to read`)
  for (let start = 0; start < ordered.length; start += BATCH) {
    const batch = ordered.slice(start, start + BATCH)
    for (const [index, vector] of (await embedder.embed(batch)).entries()) vectors.set(batch[index] ?? '', vector)
  }
  await embedder.close()
  return vectors
}
