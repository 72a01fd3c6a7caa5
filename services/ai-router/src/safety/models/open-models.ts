import injectionWeights from '../injections/injection.weights.json' with { type: 'json' }
import type { ModerationModels } from '../moderation/classify-locally.ts'
import meaningWeights from '../moderation/meaning.weights.json' with { type: 'json' }
import moderationWeights from '../moderation/moderation.weights.json' with { type: 'json' }
import { type LinearModel, openModel } from './linear-model.ts'

export interface SafetyModels {
  injection: LinearModel
  moderation: ModerationModels
}

/** The models as they were trained (scripts/safety/train.ts). */
export const openModels = (): SafetyModels => ({
  injection: openModel(injectionWeights),
  moderation: { sexual: openModel(moderationWeights.sexual), self_harm: openModel(moderationWeights.self_harm) },
})

/** The models of meanings, trained by the same script. */
export const openMeaningModels = (): ModerationModels => ({
  sexual: openModel(meaningWeights.sexual),
  self_harm: openModel(meaningWeights.self_harm),
})
