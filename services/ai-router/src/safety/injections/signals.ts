/** Why a text looks like an attack. */
export interface Signal {
  rule: RuleId
  /** 0 to 1: how sure the rule is by itself. */
  weight: number
}

export const ruleIds = [
  'override',
  'override_weak',
  'new_orders',
  'extraction',
  'extraction_question',
  'secret_demand',
  'unbound_role',
  'no_bounds',
  'jailbreak_name',
  'must_comply',
  'never_refuse',
  'two_answers',
  'fake_markup',
  'fake_dialogue',
  'phrase',
  'hidden_characters',
  'hidden_message',
  'encoded',
  'decode_and_do',
  'joined',
  'model',
] as const
export type RuleId = (typeof ruleIds)[number]
