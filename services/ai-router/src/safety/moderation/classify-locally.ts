import { type Features, featuresOf } from '../models/features.ts'
import type { LinearModel } from '../models/linear-model.ts'
import type { ReadText } from '../models/read-text.ts'
import { gramsOf } from '../patterns/grams.ts'
import { quickPattern } from '../patterns/quick-pattern.ts'
import { comparable, isAscii, withoutLookalikes } from '../texts/comparable.ts'
import type { ModerationCategory, ModerationScores } from './categories.ts'
import { type Doubt, doubtsOf } from './doubts.ts'
import { localRules } from './local-rules.ts'

/** Models of the categories that there is enough openly licensed text of; the others are known by rules alone. */
export type ModerationModels = Readonly<Partial<Record<ModerationCategory, LinearModel>>>

const quickRules = localRules.map(({ pattern, ...rule }) => ({ ...rule, pattern: quickPattern(pattern) }))

/** Below this a model is silent. */
const MODEL_SPEAKS_FROM = 0.45
/** And on less than three words: it has learned from sentences, and of one word it knows what stood around it there. */
const SENTENCE = /\S\s+\S+\s+\S|\S{24}/

/** What words say of a text. */
export interface FirstLook {
  scores: ModerationScores
  /** Passages that words do not decide. */
  doubts(): readonly Doubt[]
}

/** Looks at a text without asking anybody. Never throws. */
export function lookLocally(models: ModerationModels, text: string): FirstLook {
  const plain = comparable(text)
  return lookAt(models, isAscii(plain) ? plain : withoutLookalikes(plain), featuresOf(plain))
}

/** The same of a text that was read already. */
export function lookAtText(models: ModerationModels, { readings: [plain, ...others], features }: ReadText): FirstLook {
  const latin = others.find(({ kind }) => kind === 'lookalikes') ?? plain
  return lookAt(models, latin.text, features)
}

/** The scores of a look. */
export const classifyLocally = (models: ModerationModels, text: string): ModerationScores => lookLocally(models, text).scores

function lookAt(models: ModerationModels, text: string, features: Features): FirstLook {
  if (!SENTENCE.test(text)) return { scores: scoresOf(text, {}), doubts: () => [] }
  const probabilities: ModerationScores = {}
  for (const [category, model] of Object.entries(models) as [ModerationCategory, LinearModel][]) {
    probabilities[category] = model.probability(features)
  }
  return { scores: scoresOf(text, probabilities), doubts: () => doubtsOf(models, text, features, probabilities) }
}

function scoresOf(text: string, probabilities: ModerationScores): ModerationScores {
  const doubts = new Map<ModerationCategory, number>()
  const add = (category: ModerationCategory, weight: number) => doubts.set(category, (doubts.get(category) ?? 1) * (1 - weight))
  const grams = gramsOf(text)
  for (const { category, weight, pattern } of quickRules) if (pattern.isIn(grams)) add(category, weight)
  for (const [category, probability] of Object.entries(probabilities) as [ModerationCategory, number][]) {
    if (probability > MODEL_SPEAKS_FROM) add(category, (probability - MODEL_SPEAKS_FROM) / (1 - MODEL_SPEAKS_FROM))
  }
  return scoresFrom(doubts)
}

const scoresFrom = (doubts: ReadonlyMap<ModerationCategory, number>): ModerationScores =>
  Object.fromEntries([...doubts].map(([category, doubt]) => [category, 1 - doubt]))
