import type { Model, Plan } from '../catalogue/catalogue.ts'
import type { Purpose } from '../completions/call-record.ts'
import type { CompletionCommand } from '../completions/completion-command.ts'

/** Room for a model that thinks before it writes a line; a longer title is no title. */
const TITLE_MAX_TOKENS = 256
const SUMMARY_MAX_TOKENS = 1_024

const byPurpose: Readonly<Record<Purpose, number>> = {
  answer: Number.POSITIVE_INFINITY,
  title: TITLE_MAX_TOKENS,
  summary: SUMMARY_MAX_TOKENS,
  api: Number.POSITIVE_INFINITY,
}

/** Most tokens a model may write: the least of what the caller, the purpose, the plan and the model allow. */
export const outputLimit = (
  { maxOutputTokens, purpose, plan }: Pick<CompletionCommand, 'maxOutputTokens' | 'purpose' | 'plan'>,
  model: Pick<Model, 'maxOutputTokens'>,
  ofPlans: Readonly<Record<Plan, number>>,
): number => Math.min(maxOutputTokens || Number.POSITIVE_INFINITY, byPurpose[purpose], ofPlans[plan], model.maxOutputTokens)
