import type { Plan } from '../catalogue/catalogue.ts'
import { detectInText } from './injections/detect-injection.ts'
import type { SafetyModels } from './models/open-models.ts'
import { readText } from './models/read-text.ts'
import { classifyText } from './moderation/classify-locally.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import { actionOn, type SafetyPolicy } from './policies/policy.ts'
import { severer, type Verdict, verdictOn } from './policies/verdict.ts'

/** What counts when the remote classifier has not answered in time: what the local one said; nothing; that it may be anything. */
export type WhenRemoteIsSilent = 'local' | 'open' | 'closed'

export interface InputCheckDeps {
  models: SafetyModels
  remote: RemoteModerator | null
  remoteWaitMs: number
  whenSilent: WhenRemoteIsSilent
  policy: SafetyPolicy
  onRemoteFailure(error: unknown): void
}

/** Injection and the local classifier: no waiting. Null: nothing is to be done. */
export function checkAtOnce({ models, policy }: Pick<InputCheckDeps, 'models' | 'policy'>, plan: Plan, text: string): Verdict | null {
  const read = readText(text)
  const { score, rules } = detectInText(models.injection, read)
  const action = actionOn(policy, plan, 'injection', score)
  const injection: Verdict | null = action === 'allow' ? null : { action, category: 'injection', score, rules, side: 'input' }
  return severer(injection, verdictOn(policy, plan, 'input', classifyText(models.moderation, read), 'local'))
}

/**
 * What the remote classifier says, within its time. It knows more than the local one and so overrules it in both
 * directions; on injections it has no opinion.
 */
export async function checkRemotely(
  deps: InputCheckDeps,
  remote: RemoteModerator,
  plan: Plan,
  text: string | readonly string[],
  local: Verdict | null,
): Promise<Verdict | null> {
  const { policy, remoteWaitMs, whenSilent, onRemoteFailure } = deps
  try {
    const scores = await remote.classify(text, AbortSignal.timeout(remoteWaitMs))
    const verdict = verdictOn(policy, plan, 'input', scores, 'remote')
    return local?.category === 'injection' ? severer(local, verdict) : verdict
  } catch (error) {
    onRemoteFailure(error)
    if (whenSilent === 'closed') return { action: 'block', category: 'illicit', score: 1, rules: ['moderation_unavailable'], side: 'input' }
    return whenSilent === 'open' && local?.category !== 'injection' ? null : local
  }
}
