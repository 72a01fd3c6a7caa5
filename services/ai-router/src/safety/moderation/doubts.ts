import { type Features, featuresOf } from '../models/features.ts'
import type { LinearModel } from '../models/linear-model.ts'
import type { ModerationCategory, ModerationScores } from './categories.ts'
import type { ModerationModels } from './classify-locally.ts'
import { passagesOf } from './passages.ts'
import { topicWords } from './topic-words.ts'

/** A passage that words do not decide: what it means has to be looked at. */
export interface Doubt {
  passage: string
  /** What the models of words say of it, in each category that is in question. */
  probabilities: Readonly<ModerationScores>
}

/**
 * Where words of the topic stand, words alone rarely clear a passage: from this probability on it is in doubt. Chosen on the
 * texts that models are trained on, with models that had not seen them (docs/safety.md).
 */
export const ON_TOPIC_FROM = 0.05
/** And where none stands. */
const OFF_TOPIC_FROM = 0.3
/** Passages of one text that are looked at, the most doubtful first: so long may one text take. */
const MAX_DOUBTS = 4

const topics = Object.entries(topicWords) as [ModerationCategory, RegExp][]

/**
 * @param text in comparable form, as are the features
 * @param probabilities what the models of words say of the whole text
 * @param onTopicFrom less than usual where models learn what is no doubt
 */
export function doubtsOf(
  models: ModerationModels,
  text: string,
  features: Features,
  probabilities: Readonly<ModerationScores>,
  onTopicFrom = ON_TOPIC_FROM,
): Doubt[] {
  const suspected = topics.flatMap(([category, pattern]): Suspected[] => {
    const model = models[category]
    if (!model) return []
    const isSuspectAsAWhole = (probabilities[category] ?? 0) >= OFF_TOPIC_FROM
    return isSuspectAsAWhole || pattern.test(text) ? [{ category, pattern, model, isSuspectAsAWhole }] : []
  })
  if (suspected.length === 0) return []
  const passages = passagesOf(text)
  return passages
    .flatMap((passage) => doubtOf(suspected, passage, onTopicFrom, () => (passages.length === 1 ? features : featuresOf(passage))) ?? [])
    .toSorted((one, other) => strongest(other) - strongest(one))
    .slice(0, MAX_DOUBTS)
}

interface Suspected {
  category: ModerationCategory
  pattern: RegExp
  model: LinearModel
  /** Any of its passages may be what it is, with or without words of the topic. */
  isSuspectAsAWhole: boolean
}

function doubtOf(suspected: readonly Suspected[], passage: string, onTopicFrom: number, readFeatures: () => Features): Doubt | null {
  const asked = suspected
    .map((each) => ({ ...each, isOnTopic: each.pattern.test(passage) }))
    .filter(({ isOnTopic, isSuspectAsAWhole }) => isOnTopic || isSuspectAsAWhole)
  if (asked.length === 0) return null
  const features = readFeatures()
  const inDoubt = asked
    .map(({ category, model, isOnTopic }) => ({ category, isOnTopic, probability: model.probability(features) }))
    .filter(({ isOnTopic, probability }) => probability >= (isOnTopic ? onTopicFrom : OFF_TOPIC_FROM))
  if (inDoubt.length === 0) return null
  return { passage, probabilities: Object.fromEntries(inDoubt.map(({ category, probability }) => [category, probability])) }
}

const strongest = ({ probabilities }: Doubt): number => Math.max(...Object.values(probabilities))
