import type { Plan } from '../../catalogue/catalogue.ts'
import { type ModerationCategory, type ModerationScores, moderationCategories } from '../moderation/categories.ts'
import { actionOn, type SafetyAction, type SafetyCategory, type SafetyPolicy } from './policy.ts'

/** What is to be done about one text, and why. */
export interface Verdict {
  action: SafetyAction
  category: SafetyCategory
  /** 0 to 1. */
  score: number
  /** Rules and classifiers that spoke. */
  rules: readonly string[]
  side: 'input' | 'output'
}

/** The code a refused completion ends with (CompletionFailed in completions.proto). */
export const codeOf = ({ category }: Verdict): 'prompt_rejected' | 'content_blocked' =>
  category === 'injection' || category === 'tool_injection' ? 'prompt_rejected' : 'content_blocked'

const severity: Readonly<Record<SafetyAction, number>> = { allow: 0, flag: 1, block: 2 }

/** The severer of two; of equals the surer. */
export function severer(one: Verdict | null, other: Verdict | null): Verdict | null {
  if (!one || !other) return one ?? other
  const difference = severity[one.action] - severity[other.action] || one.score - other.score
  return difference >= 0 ? one : other
}

/** The severest verdict on moderation scores; null when nothing is to be done. */
export function verdictOn(
  policy: SafetyPolicy,
  plan: Plan,
  side: Verdict['side'],
  scores: ModerationScores,
  classifier: 'local' | 'meaning' | 'remote',
): Verdict | null {
  let worst: Verdict | null = null
  for (const category of moderationCategories) worst = severer(worst, ofCategory(category))
  return worst

  function ofCategory(category: ModerationCategory): Verdict | null {
    const score = scores[category] ?? 0
    const action = actionOn(policy, plan, category, score)
    return action === 'allow' ? null : { action, category, score, rules: [classifier], side }
  }
}
