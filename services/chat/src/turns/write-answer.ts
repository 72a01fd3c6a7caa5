import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import { v7 as newId } from 'uuid'
import type { Completions } from '../clients/ai-router.client.ts'
import type { ContextMessage } from '../context/context-window.ts'
import type { Contexts } from '../context/contexts.ts'
import { commonErrors } from '../errors.ts'
import type { Clocks } from './clocks.ts'
import { type Ending, figuresOf } from './ending.ts'
import { callModel, type ModelIdentity } from './model-call.ts'
import { persist } from './repetition.ts'
import { beginCall, interruptionOf, type RunningTurn, writerOf } from './running-turn.ts'
import { turnErrorOf, turnErrorOfFailure } from './turn-errors.ts'

/** How long a question waits for a database that is away. */
const CONTEXT_WAIT_MS = 30_000
/** Calls one owner makes for one answer, the first one included: a bound for calls that all bring something. */
const MAX_CALLS = 50
const LONGEST_RETRY_MS = 3_000
/** The ai-router's word for: this text cannot be gone on from, it takes a new beginning. */
const CANNOT_CONTINUE = 'cannot_continue'

export interface WriteAnswerDependencies {
  contexts: Pick<Contexts, 'choose' | 'read'>
  completions: Completions
  systemPrompt: string
  clocks: Clocks
  logger: Logger
}

/**
 * Has the model write the answer, until it ends. When the stream breaks, the ai-router is asked to go on from the text
 * shown so far. Null when the turn was interrupted in favour of another owner.
 */
export async function writeAnswer(deps: WriteAnswerDependencies, turn: RunningTurn): Promise<Ending | null> {
  const { work, answer, abort } = turn
  const { id: turnId, userId, plan, model, isFresh: fresh } = work
  const identity: ModelIdentity = { model: null, provider: null }
  const messages = await readContext(deps, turn)
  let fruitless = 0
  let lastFruitMs = performance.now()

  for (let calls = 1; ; calls += 1) {
    const id = newId()
    const lengthBefore = answer.text.length
    beginCall(turn, id)
    const call = { id, turnId, userId, plan, model, system: deps.systemPrompt, messages, prefill: answer.text, fresh }
    const end = await callModel(deps.completions, turn, call, identity)

    if (end.kind === 'finished') {
      const { part } = end
      const used = { model: part.model ?? identity.model, provider: part.provider ?? identity.provider }
      return { status: 'completed', ...used, chargedCallId: id, figures: part.usage ? figuresOf(part.usage) : null }
    }
    const interruption = interruptionOf(turn)
    if (interruption) return interruption === 'stopped' ? { status: 'stopped', chargedCallId: writerOf(turn), ...identity } : null

    if (end.kind === 'failed' && end.part.code === CANNOT_CONTINUE && answer.text !== '' && calls < MAX_CALLS) {
      answer.restart()
      continue
    }
    // What readers were told meanwhile brings an answer no nearer.
    const isFruitless = answer.text.length === lengthBefore
    if (end.kind === 'refused') {
      deps.logger.warn({ err: end.error, turnId }, 'the ai-router refused a call')
      return { status: 'failed', error: turnErrorOf(end.error), ...identity }
    }
    if (end.kind === 'cut') deps.logger.warn({ err: end.cause, turnId }, 'a call to the ai-router was cut')
    else if (!isWorthAnotherCall(end.part.code, isFruitless)) {
      return { status: 'failed', error: turnErrorOfFailure(end.part), ...identity }
    }

    fruitless = isFruitless ? fruitless + 1 : 0
    if (!isFruitless) lastFruitMs = performance.now()
    if (performance.now() - lastFruitMs > deps.clocks.giveUpAfterMs || calls === MAX_CALLS) {
      return { status: 'failed', error: turnErrorOf(commonErrors.service_busy({ retryAfterS: 5 })), ...identity }
    }
    if (fruitless === 1) answer.status('retrying', 'The connection to the model was lost. Trying again…')
    const pauseMs = Math.min(deps.clocks.callRetryMs * 2 ** fruitless, LONGEST_RETRY_MS)
    await delay(pauseMs, undefined, { signal: abort.signal }).catch(() => {})
  }
}

/** A replica of the ai-router that ends, and a provider that broke in the middle: from the text so far it may go on. */
function isWorthAnotherCall(code: string | undefined, isFruitless: boolean): boolean {
  return code === 'service_busy' || (code === 'provider_unavailable' && !isFruitless)
}

async function readContext({ contexts, logger }: WriteAnswerDependencies, turn: RunningTurn): Promise<ContextMessage[]> {
  const { work, branch, abort } = turn
  if (branch) return contexts.choose(branch, work.model)
  return persist(() => contexts.read(work.userMessageId, work.model), {
    giveUpAfterMs: CONTEXT_WAIT_MS,
    shouldGoOn: () => !abort.signal.aborted,
    onFailure: (error) => logger.warn({ err: error, turnId: work.id }, 'the conversation could not be read yet'),
  })
}
