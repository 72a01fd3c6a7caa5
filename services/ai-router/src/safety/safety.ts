import type { Logger } from '@parley/telemetry'
import type { Plan } from '../catalogue/catalogue.ts'
import { hashOfText, type Incident } from './incidents/incident.ts'
import { checkAtOnce, checkRemotely, type WhenRemoteIsSilent } from './input-check.ts'
import { canaryOf, withCanary } from './leaks/canary.ts'
import { type LeakDetector, prepareLeakDetection } from './leaks/leak-detector.ts'
import type { SafetyModels } from './models/open-models.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import { RESTING } from './moderation/rested-moderator.ts'
import { type OutputWatch, watchOutput } from './output-watch.ts'
import type { SafetyPolicy } from './policies/policy.ts'
import type { Verdict } from './policies/verdict.ts'

export interface SafetyDeps {
  models: SafetyModels
  /** Null: the local classifiers decide. */
  remote: RemoteModerator | null
  /** How long a question, and the end of an answer, waits for the remote classifier. */
  remoteWaitMs: number
  whenSilent: WhenRemoteIsSilent
  policy: SafetyPolicy
  /** Of the hashes of texts and of the canaries; the same on every replica. */
  key: string
  incidents: { add(incident: Incident): void }
  logger: Logger
}

/** A completion as far as safety is concerned. */
export interface CheckedCompletion {
  callId: string
  turnId: string
  userId: string
  plan: Plan
  /** answer | api | title | summary: what the platform asks by itself is made of texts that were checked. */
  purpose: string
  system: string
  messages: readonly { role: string; text: string }[]
}

export interface InputCheck {
  /** Refuse the completion: no vendor is asked. */
  rejected: Verdict | null
  /** Show no text before this is known; a verdict ends the answer. Null when there is nothing to wait for. */
  pending: Promise<Verdict | null> | null
}

export type Safety = ReturnType<typeof createSafety>

/** What stands between users and models. Filters mitigate; they do not make a model obey (docs/safety.md). */
export function createSafety(deps: SafetyDeps) {
  const { models, remote, policy, key, incidents, logger } = deps
  const onRemoteFailure = (error: unknown) => {
    if (error !== RESTING) logger.warn({ err: error }, 'the moderation service did not answer')
  }
  const detectorOf = rememberDetectors(key)

  function record({ callId, turnId, userId, plan }: CheckedCompletion, verdict: Verdict | null, text: string): void {
    if (verdict) incidents.add({ callId, turnId, userId, plan, verdict, textHash: hashOfText(key, text) })
  }

  return {
    /** The system prompt with a canary in it where it is ours; '' stays ''. */
    guardedSystem: ({ system, purpose }: CheckedCompletion): string =>
      system !== '' && hasOurSystem(purpose) ? withCanary(system, canaryOf(key, system)) : system,

    checkInput(completion: CheckedCompletion): InputCheck {
      const nothing: InputCheck = { rejected: null, pending: null }
      const text = newestWords(completion)
      if (!isAskedByAUser(completion.purpose) || text === '') return nothing
      const local = checkAtOnce({ models, policy }, completion.plan, text)
      if (local?.action === 'block' && (!remote || local.category === 'injection')) {
        record(completion, local, text)
        return { rejected: local, pending: null }
      }
      if (!remote) {
        record(completion, local, text)
        return nothing
      }
      const pending = checkRemotely({ ...deps, onRemoteFailure }, remote, completion.plan, text, local).then((verdict) => {
        record(completion, verdict, text)
        return verdict?.action === 'block' ? verdict : null
      })
      return { rejected: null, pending }
    },

    watchOutput(completion: CheckedCompletion): OutputWatch | null {
      const { plan, purpose, system } = completion
      if (!isAskedByAUser(purpose)) return null
      let written = ''
      const watch = watchOutput(
        { ...deps, models: models.moderation, onRemoteFailure, onFlag: (verdict) => record(completion, verdict, written) },
        plan,
        system !== '' && hasOurSystem(purpose) ? detectorOf(system) : null,
      )
      const told = (verdict: Verdict | null) => {
        record(completion, verdict, written)
        return verdict
      }
      return {
        push(text) {
          written += text
          return told(watch.push(text))
        },
        end: async () => told(await watch.end()),
      }
    },
  }
}

const isAskedByAUser = (purpose: string): boolean => purpose === 'answer' || purpose === 'api'

/** Who calls the API writes the system prompt, and may read it. */
const hasOurSystem = (purpose: string): boolean => purpose === 'answer'

/** What the user says now: everything since the model spoke last. What came before was checked when it came. */
function newestWords({ messages }: CheckedCompletion): string {
  const lastAnswer = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages
    .slice(lastAnswer + 1)
    .filter(({ role }) => role === 'user')
    .map(({ text }) => text)
    .join('\n\n')
}

/** Few system prompts are in use at one time. */
const MAX_DETECTORS = 200

function rememberDetectors(key: string): (system: string) => LeakDetector {
  const prepared = new Map<string, () => LeakDetector>()
  return (system) => {
    let prepare = prepared.get(system)
    if (!prepare) {
      prepare = prepareLeakDetection(system, canaryOf(key, system))
      if (prepared.size >= MAX_DETECTORS) prepared.clear()
      prepared.set(system, prepare)
    }
    return prepare()
  }
}
