import type { Plan } from '../catalogue/catalogue.ts'
import { detectInText } from './injections/detect-injection.ts'
import type { SafetyModels } from './models/open-models.ts'
import { readText } from './models/read-text.ts'
import { lookAtText } from './moderation/classify-locally.ts'
import type { Doubt } from './moderation/doubts.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import type { SecondLook } from './moderation/second-look.ts'
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

/** What is known of a question without waiting. */
export interface FirstVerdict {
  /** Null: nothing is to be done. */
  verdict: Verdict | null
  /** Passages that words do not decide. */
  doubts(): readonly Doubt[]
}

/** Injection and the local classifier of words: no waiting. */
export function checkFirst({ models, policy }: Pick<InputCheckDeps, 'models' | 'policy'>, plan: Plan, text: string): FirstVerdict {
  const read = readText(text)
  const { score, rules } = detectInText(models.injection, read)
  const action = actionOn(policy, plan, 'injection', score)
  const injection: Verdict | null = action === 'allow' ? null : { action, category: 'injection', score, rules, side: 'input' }
  const { scores, doubts } = lookAtText(models.moderation, read)
  return { verdict: severer(injection, verdictOn(policy, plan, 'input', scores, 'local')), doubts }
}

/** The same where nobody looks again. */
export const checkAtOnce = (...given: Parameters<typeof checkFirst>): Verdict | null => checkFirst(...given).verdict

/** What doubtful passages mean, within the time; what words said stands where that says less, or nothing in time. */
export async function checkMeaning(
  deps: Pick<InputCheckDeps, 'policy' | 'remoteWaitMs'> & { onSecondLookFailure(error: unknown): void },
  secondLook: SecondLook,
  plan: Plan,
  { doubts, local }: { doubts: readonly Doubt[]; local: Verdict | null },
): Promise<Verdict | null> {
  try {
    const scores = await secondLook.classify(doubts, AbortSignal.timeout(deps.remoteWaitMs))
    return severer(local, verdictOn(deps.policy, plan, 'input', scores, 'meaning'))
  } catch (error) {
    deps.onSecondLookFailure(error)
    return local
  }
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
