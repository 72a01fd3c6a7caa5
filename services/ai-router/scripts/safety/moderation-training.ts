import type { Features } from '../../src/safety/models/features.ts'
import { type StoredModel, storedModel } from '../../src/safety/models/linear-model.ts'
import type { ModerationCategory } from '../../src/safety/moderation/categories.ts'
import { type Example, train } from './logistic-regression.ts'

/** A text that models may learn from. */
export interface TrainingText {
  text: string
  features: Features
  labels: Partial<Record<ModerationCategory, boolean>>
  /** How much it counts where it is nothing of the kind. */
  importance: number
  group?: string
  /** Models of words do not learn from it. */
  isForMeaning?: true
}

/** There are fewer texts of a category than others. */
export const POSITIVE_IMPORTANCE = 3

/** The model of words of one category. */
export function trainOnWords(category: ModerationCategory, texts: readonly TrainingText[]): StoredModel {
  const examples = texts.flatMap(({ features, labels, importance, isForMeaning }): Example[] => {
    const isPositive = labels[category]
    return isPositive === undefined || isForMeaning
      ? []
      : [{ features, isPositive, importance: importance * (isPositive ? POSITIVE_IMPORTANCE : 1) }]
  })
  const { bias, weights } = train(examples, { epochs: 12, rate: 0.3, decay: 1e-6, size: 1 << 15 })
  return storedModel(bias, weights)
}

/** A text of our own as one to learn from: nothing of any kind. */
export const harmlessText = (text: string, features: Features, importance: number): TrainingText => ({
  text,
  features,
  labels: { sexual: false, self_harm: false },
  importance,
})
