import type { Plan } from '../../catalogue/catalogue.ts'
import { moderationCategories } from '../moderation/categories.ts'

/**
 * Why a text is held against somebody. `prompt_leak` is known of answers alone, `injection` of questions alone, and
 * `tool_injection` of what tools gave back, which nobody asked.
 */
export const safetyCategories = [...moderationCategories, 'injection', 'tool_injection', 'prompt_leak'] as const
export type SafetyCategory = (typeof safetyCategories)[number]

export const safetyActions = ['allow', 'flag', 'block'] as const
/** What is done: nothing; let through and remembered for review; refused and remembered. */
export type SafetyAction = (typeof safetyActions)[number]

/** From which score on a text counts as of a category, and from which it may be refused. Measured: docs/safety.md. */
export const thresholds: Readonly<Record<SafetyCategory, { flag: number; block: number }>> = {
  injection: { flag: 0.5, block: 0.75 },
  tool_injection: { flag: 0.5, block: 0.75 },
  prompt_leak: { flag: 0.5, block: 0.5 },
  sexual: { flag: 0.5, block: 0.7 },
  sexual_minors: { flag: 0.5, block: 0.6 },
  violence: { flag: 0.5, block: 0.6 },
  self_harm: { flag: 0.5, block: 0.7 },
  hate: { flag: 0.5, block: 0.7 },
  harassment: { flag: 0.5, block: 0.7 },
  illicit: { flag: 0.5, block: 0.7 },
}

/** The severest action that is taken in each category, for everybody or for one plan. */
export type SafetyPolicy = Readonly<Record<Plan, Readonly<Record<SafetyCategory, SafetyAction>>>>

const defaults: Readonly<Record<SafetyCategory, SafetyAction>> = {
  injection: 'block',
  tool_injection: 'flag',
  prompt_leak: 'block',
  sexual: 'block',
  sexual_minors: 'block',
  violence: 'block',
  self_harm: 'block',
  hate: 'block',
  harassment: 'flag',
  illicit: 'flag',
}

/** The same, but what one category finds is never refused. */
export function flaggingOnly(policy: SafetyPolicy, category: SafetyCategory): SafetyPolicy {
  const lenient = plans.map((plan) => {
    const action = policy[plan][category]
    return [plan, { ...policy[plan], [category]: action === 'block' ? 'flag' : action }] as const
  })
  return Object.fromEntries(lenient) as SafetyPolicy
}

const plans = ['free', 'pro', 'admin'] as const satisfies readonly Plan[]

/**
 * The defaults, changed by rules such as `harassment=block,pro.sexual=flag`; a rule for one plan wins over one for all.
 * Throws with the first rule that says nothing.
 */
export function policyOf(rules: string): SafetyPolicy {
  const policy = Object.fromEntries(plans.map((plan) => [plan, { ...defaults }])) as Record<Plan, Record<SafetyCategory, SafetyAction>>
  const read = rules
    .split(',')
    .map((rule) => rule.trim())
    .filter(Boolean)
    .map(readRule)
  for (const { plan, category, action } of read) if (!plan) for (const each of plans) policy[each][category] = action
  for (const { plan, category, action } of read) if (plan) policy[plan][category] = action
  return policy
}

const RULE = /^(?:([a-z]+)\.)?([a-z_]+)=([a-z]+)$/

function readRule(rule: string): { plan: Plan | undefined; category: SafetyCategory; action: SafetyAction } {
  const [, planName, categoryName, actionName] = RULE.exec(rule) ?? []
  const plan = plans.find((each) => each === planName)
  const category = safetyCategories.find((each) => each === categoryName)
  const action = safetyActions.find((each) => each === actionName)
  if (!category || !action || (planName && !plan)) throw new Error(`needs rules like sexual=flag or pro.violence=flag, not '${rule}'`)
  return { plan, category, action }
}

/** What is done about a score. */
export function actionOn(policy: SafetyPolicy, plan: Plan, category: SafetyCategory, score: number): SafetyAction {
  const severest = policy[plan][category]
  const { flag, block } = thresholds[category]
  if (severest === 'allow' || score < flag) return 'allow'
  return severest === 'block' && score >= block ? 'block' : 'flag'
}
