import { encodeUserMessage, liveUserSubject } from '@parley/contracts'
import { isAppError } from '@parley/errors'
import type { Bus } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import type { Pressure } from '@parley/service-kit'
import { injectTrace } from '@parley/telemetry'
import { v7 as newId } from 'uuid'
import { checkRoom } from '../admission/admission.ts'
import { type AdmissionLimits, slotsOf } from '../admission/limits.ts'
import { type Quota, refusals } from '../clients/usage.client.ts'
import { titleOf } from '../conversations/conversation.ts'
import { commonErrors, errors } from '../errors.ts'
import { metrics } from '../metrics.ts'
import type { Clocks } from './clocks.ts'
import type { EndingStore } from './endings.store.ts'
import { nothingShown } from './live-answer.ts'
import { interrupt } from './running-turn.ts'
import type { Launch, RunningTurns } from './running-turns.ts'
import { checkMessage, hashOf, type Plan, type TurnRow, type TurnWork } from './turn.ts'
import type { NewTurn, TurnStore } from './turns.store.ts'

export interface StartTurnDependencies {
  turns: TurnStore
  endings: EndingStore
  quota: Quota
  running: RunningTurns
  bus: Bus
  limits: AdmissionLimits
  pressure: Pressure
  owner: string
  clocks: Clocks
}

/** A user who has this many answers open waits for one of them. */
const FULL_RETRY_AFTER_S = 10

export interface StartTurnCommand {
  /** The client's own: the turn's id and its idempotency key. */
  id: string
  principal: Principal
  /** Null makes a conversation. */
  conversationId: string | null
  text: string
  model?: string
  /** The message to hang the question on; left out, the newest one. */
  parentId?: string
}

/**
 * Accepts a question: checked, reserved, stored with an empty answer, and begun. The same command again gives the turn
 * that is there, however often and at the same time it is sent.
 */
export async function startTurn(deps: StartTurnDependencies, command: StartTurnCommand, signal?: AbortSignal): Promise<TurnRow> {
  const { id, principal, conversationId, text, model, parentId } = command
  const { userId } = principal
  checkMessage(text)
  const requestHash = hashOf('ask', conversationId, text, model, parentId)
  const target = { id, userId, conversationId: conversationId ?? newId() }

  let plan: Plan
  try {
    plan = await reserve(deps, { ...target, model: model ?? null }, principal, signal)
  } catch (error) {
    // Whoever asks again for a turn that is there gets it, whatever is left of the quota and however full it is here.
    const turn = await deps.turns.find(id)
    if (!turn) throw error
    await deps.turns.untilDurable()
    return sameRequest(turn, userId, requestHash)
  }
  return beginReserved(deps, plan, {
    ...target,
    isNewConversation: conversationId === null,
    question: { text, parent: parentId === undefined ? 'head' : { id: parentId } },
    // Made in this order: messages of one moment are sorted by id.
    userMessageId: newId(),
    assistantMessageId: newId(),
    title: titleOf(text),
    model: model ?? null,
    requestHash,
  })
}

type PreparedTurn = Omit<NewTurn, 'plan' | 'owner' | 'leaseMs' | 'traceParent' | 'slots' | 'mustWait'>

type Target = Pick<PreparedTurn, 'id' | 'userId' | 'conversationId'>

/** Reserves, stores, begins, or waits for room. */
export async function beginTurn(
  deps: StartTurnDependencies,
  principal: Principal,
  prepared: PreparedTurn,
  signal?: AbortSignal,
): Promise<TurnRow> {
  return beginReserved(deps, await reserve(deps, prepared, principal, signal), prepared)
}

/** Where there is room for a turn, takes a message from the quota and tells the plan it was granted for. */
async function reserve(
  deps: StartTurnDependencies,
  target: Target & Pick<PreparedTurn, 'model'>,
  principal: Principal,
  signal?: AbortSignal,
): Promise<Plan> {
  checkRoom(deps)
  return deps.quota.reserve({ id: target.id, principal, model: target.model }, signal).catch(async (error: unknown) => {
    // Usage may have reserved and died, or answered too late, before it could say so.
    if (!isRefusal(error)) await giveBack(deps, target)
    throw error
  })
}

const giveBack = ({ endings }: StartTurnDependencies, target: Target, code = 'service_busy'): Promise<void> =>
  endings.release(target, code).catch(() => {
    // Usage forgets a reservation that no event settles.
  })

async function beginReserved(deps: StartTurnDependencies, plan: Plan, prepared: PreparedTurn): Promise<TurnRow> {
  const { turns, running, owner, clocks, limits, bus } = deps
  const { id, userId, conversationId, userMessageId, assistantMessageId, requestHash } = prepared
  const traceParent = injectTrace({} as { traceparent?: string }).traceparent ?? null
  const slots = slotsOf(limits, plan)

  for (;;) {
    const leaseEndsAtMs = performance.now() + clocks.leaseMs
    const mustWait = !running.hasRoom()
    const attempt = { ...prepared, plan, owner, leaseMs: clocks.leaseMs, traceParent, slots, mustWait }
    const result = await turns.start(attempt).catch(async (error: unknown) => {
      await giveBack(deps, prepared)
      throw error
    })
    if (result.kind === 'started') {
      metrics.turnsStarted.inc()
      const { model, isQueued, branch } = result
      const isFresh = prepared.question === null
      const work = { id, userId, conversationId, userMessageId, assistantMessageId, plan, model, isFresh, attempt: 1, traceParent }
      await launch(deps, { work, errand: 'answer', shown: nothingShown, leaseEndsAtMs, isQueued, branch })
      tellOtherDevices(bus, work)
      return {
        ...{ id, userId, conversationId, userMessageId, assistantMessageId, requestHash, text: '', seq: 0, marksFromSeq: 0, marks: null },
        ...{ status: isQueued ? 'queued' : 'running', errorCode: null, errorMessage: null, retryAfterS: null, place: null },
      }
    }
    const winner = await turns.find(id)
    if (winner) {
      await turns.untilDurable()
      // One that failed has given its message back, and asking for it again took it once more.
      if (winner.status === 'failed') await giveBack(deps, winner)
      return sameRequest(winner, userId, requestHash)
    }
    if (result.kind === 'gone') {
      const gone = result.what === 'parent' ? errors.message_not_found({ internal: 'unknown parent' }) : errors.conversation_not_found()
      await giveBack(deps, prepared, gone.code)
      throw gone
    }
    if (result.kind === 'full') {
      await giveBack(deps, prepared)
      metrics.turnsShed.inc({ reason: 'user' })
      throw commonErrors.service_busy({ internal: 'all places of the user are taken', retryAfterS: FULL_RETRY_AFTER_S })
    }
    // Somebody else got the place: the next one is looked for.
  }
}

/**
 * Begins with a turn that was just written. The model is asked while the disk is still writing; nothing is shown before that
 * is done.
 */
async function launch({ turns, running }: StartTurnDependencies, start: Launch): Promise<void> {
  if (start.isQueued) {
    // No model is asked yet, and the first thing to be shown is its place.
    await turns.untilDurable()
    running.launch(start)
    return
  }
  const turn = running.launch({ ...start, isCertain: false })
  await turns.untilDurable().catch((error: unknown) => {
    // If it is there, it is taken over by another attempt. If it was lost, whoever asks again begins it anew.
    interrupt(turn, 'fenced')
    throw error
  })
  running.confirm(turn)
}

/** Every open window of the user hears of the answer and may follow it from its first frame. */
function tellOtherDevices(bus: Bus, work: Omit<TurnWork, 'traceParent'>): void {
  if (!bus.isConnected()) return
  const { id: turnId, userId, conversationId, userMessageId, assistantMessageId } = work
  bus.publishLive(
    liveUserSubject(userId),
    encodeUserMessage({ type: 'turn.started', turnId, conversationId, userMessageId, assistantMessageId }),
  )
}

const isRefusal = (error: unknown): boolean => isAppError(error) && refusals.has(error.code)

/** The turn that is there answers for this request only if it is the same one. */
function sameRequest(turn: TurnRow, userId: string, requestHash: Uint8Array): TurnRow {
  if (turn.userId !== userId || Buffer.compare(turn.requestHash, requestHash) !== 0) throw errors.turn_conflict()
  return turn
}
