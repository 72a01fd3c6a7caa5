import type { Logger } from '@parley/telemetry'
import type { Plan } from '../catalogue/catalogue.ts'
import { hashOfText, type Incident } from './incidents/incident.ts'
import { checkFirst, checkMeaning, checkRemotely, type FirstVerdict, type WhenRemoteIsSilent } from './input-check.ts'
import { canaryOf, withCanary } from './leaks/canary.ts'
import { type LeakDetector, prepareLeakDetection } from './leaks/leak-detector.ts'
import type { SafetyModels } from './models/open-models.ts'
import type { RemoteModerator } from './moderation/moderator.ts'
import { RESTING } from './moderation/rested-moderator.ts'
import type { SecondLook } from './moderation/second-look.ts'
import { type OutputWatch, watchOutput } from './output-watch.ts'
import { actionOn, flaggingOnly, type SafetyPolicy } from './policies/policy.ts'
import { severer, type Verdict } from './policies/verdict.ts'
import { checkTexts } from './text-check.ts'
import { SPOTLIGHT_NOTE, spotlighted } from './tools/spotlight.ts'
import { createToolTexts } from './tools/tool-texts.ts'

export interface SafetyDeps {
  models: SafetyModels
  /** Null: the local classifiers decide. */
  remote: RemoteModerator | null
  /** Of passages that words do not decide, where no remote classifier is asked; null: words decide all of them. */
  secondLook: SecondLook | null
  /** How long a question, and the end of an answer, waits for the remote classifier or the second look. */
  remoteWaitMs: number
  whenSilent: WhenRemoteIsSilent
  policy: SafetyPolicy
  /** Of the hashes of texts and of the canaries; the same on every replica. */
  key: string
  incidents: { add(incident: Incident): void }
  logger: Logger
}

/** Whose call it is. */
export interface CheckedCall {
  callId: string
  turnId: string
  userId: string
  plan: Plan
}

/** A completion as far as safety is concerned. */
export interface CheckedCompletion extends CheckedCall {
  /** answer | api | title | summary: what the platform asks by itself is made of texts that were checked. */
  purpose: string
  system: string
  messages: readonly { role: string; text: string }[]
  /** Text of the answer that is there already. */
  prefill: string
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
  const secondLook = remote ? null : deps.secondLook
  const onRemoteFailure = (error: unknown) => {
    if (error !== RESTING) logger.warn({ err: error }, 'the moderation service did not answer')
  }
  const onSecondLookFailure = (error: unknown) => logger.warn({ err: error }, 'doubtful passages were not looked at again')
  const detectorOf = rememberDetectors(key)

  const toolTexts = createToolTexts(models.injection)
  const textPolicy = flaggingOnly(policy, 'injection')

  function record({ callId, turnId, userId, plan }: CheckedCall, verdict: Verdict | null, text: string): void {
    if (verdict) incidents.add({ callId, turnId, userId, plan, verdict, textHash: hashOfText(key, text) })
  }

  /** The worst of what tools gave back since the model spoke last; what came before was recorded when it came. */
  function newestToolVerdict({ plan, messages }: CheckedCompletion): [Verdict | null, string] {
    let worst: Verdict | null = null
    let worstText = ''
    for (const { role, text } of sinceLastAnswer(messages)) {
      if (role !== 'tool') continue
      const { score, rules } = toolTexts.look(text)
      const action = actionOn(policy, plan, 'tool_injection', score)
      if (action === 'allow') continue
      const verdict: Verdict = { action, category: 'tool_injection', score, rules, side: 'input' }
      if (severer(worst, verdict) !== verdict) continue
      worst = verdict
      worstText = text
    }
    return [worst, worstText]
  }

  function lookAgain(plan: Plan, local: Verdict | null, doubtsOf: FirstVerdict['doubts']): Promise<Verdict | null> | null {
    const doubts = secondLook ? doubtsOf() : []
    return secondLook && doubts.length > 0 ? checkMeaning({ ...deps, onSecondLookFailure }, secondLook, plan, { doubts, local }) : null
  }

  return {
    /**
     * The completion as vendors get it: a canary in the system prompt where that is ours ('' stays ''), and what tools gave
     * back marked as data where it looks like orders.
     */
    guarded<C extends CheckedCompletion>(completion: C): C {
      const { system, purpose, plan } = completion
      const ours = system !== '' && hasOurSystem(purpose) ? withCanary(system, canaryOf(key, system)) : system
      const isMarked = ({ role, text }: C['messages'][number]) =>
        role === 'tool' && actionOn(policy, plan, 'tool_injection', toolTexts.look(text).score) !== 'allow'
      if (!completion.messages.some(isMarked)) return { ...completion, system: ours }
      const messages = completion.messages.map((message) =>
        isMarked(message) ? { ...message, text: spotlighted(key, message.text) } : message,
      )
      return { ...completion, messages, system: [ours, SPOTLIGHT_NOTE].filter(Boolean).join('\n\n') }
    },

    /**
     * Texts that are not answered (embeddings): moderated like a question. What looks like an attack on instructions is
     * remembered and let through, as nobody follows it and documents about attacks have their readers.
     */
    checkTexts(call: CheckedCall, texts: readonly string[]): Promise<InputCheck> {
      const onVerdict = (verdict: Verdict, text: string) => record(call, verdict, text)
      return checkTexts({ ...deps, policy: textPolicy, onRemoteFailure, onVerdict }, call.plan, texts)
    },

    checkInput(completion: CheckedCompletion): InputCheck {
      const nothing: InputCheck = { rejected: null, pending: null }
      if (!isAskedByAUser(completion.purpose)) return nothing
      const [fromTools, toolText] = newestToolVerdict(completion)
      record(completion, fromTools, toolText)
      if (fromTools?.action === 'block') return { rejected: fromTools, pending: null }
      const text = newestWords(completion)
      if (text === '') return nothing
      const { verdict: local, doubts } = checkFirst({ models, policy }, completion.plan, text)
      if (local?.action === 'block' && (!remote || local.category === 'injection')) {
        record(completion, local, text)
        return { rejected: local, pending: null }
      }
      const asked = remote
        ? checkRemotely({ ...deps, onRemoteFailure }, remote, completion.plan, text, local)
        : lookAgain(completion.plan, local, doubts)
      if (!asked) {
        record(completion, local, text)
        return nothing
      }
      const pending = asked.then((verdict) => {
        record(completion, verdict, text)
        return verdict?.action === 'block' ? verdict : null
      })
      return { rejected: null, pending }
    },

    watchOutput(completion: CheckedCompletion): OutputWatch | null {
      const { plan, purpose, system, prefill } = completion
      if (!isAskedByAUser(purpose)) return null
      let written = ''
      const watch = watchOutput(
        {
          ...deps,
          models: models.moderation,
          secondLook,
          onRemoteFailure,
          onSecondLookFailure,
          onFlag: (verdict) => record(completion, verdict, written),
        },
        plan,
        system !== '' && hasOurSystem(purpose) ? detectorOf(system) : null,
        prefill,
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

function sinceLastAnswer<M extends { role: string }>(messages: readonly M[]): readonly M[] {
  return messages.slice(messages.findLastIndex(({ role }) => role === 'assistant') + 1)
}

/** What the user says now: everything since the model spoke last. What came before was checked when it came. */
function newestWords({ messages }: CheckedCompletion): string {
  return sinceLastAnswer(messages)
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
