import type { Logger } from '@parley/telemetry'
import type { Branch } from '../context/context-window.ts'
import { metrics } from '../metrics.ts'
import type { AnswerSnapshot, Attempt } from './leases.store.ts'
import type { LiveAnswer } from './live-answer.ts'
import type { TurnWork } from './turn.ts'

/** Why a replica stops writing an answer before its end. */
export type Interruption =
  /** The user has had enough: the text so far is the answer. */
  | 'stopped'
  /** Another attempt owns the turn, or it is gone: write nothing more. */
  | 'fenced'
  /** This replica is going away: another one goes on from the stored text. */
  | 'handover'

/** What a replica does with a turn it holds. */
export type Errand =
  /** Answer a new question. */
  | 'answer'
  /** Go on where a lost owner stopped. */
  | 'continue'
  /** Store what a lost owner wrote: the user stopped it meanwhile. */
  | 'stop'
  /** Too many owners were lost over it. */
  | 'give_up'

/** One answer being written by this replica. */
export interface RunningTurn {
  work: TurnWork
  errand: Errand
  /** The conversation up to the question, where it is known. */
  branch: Branch | null
  answer: LiveAnswer
  abort: AbortController
  /** The model call under way, or the last one, and how long the text was when it began. */
  call: { id: string; lengthBefore: number } | null
  /** The last call before that one which is known to have written text of the answer. */
  earlierWriterId: string | null
  /** Waits for room; nothing is asked of a model yet. */
  isQueued: boolean
  /** A crash of Postgres cannot take the turn back; before that nothing of it is shown. */
  isCertain: boolean
  /** By this process's monotonic clock, counted from before the lease was asked for: never later than the database's. */
  leaseEndsAtMs: number
  /** The answer is complete and being stored: only the store decides now whether it is still ours. */
  isEnding: boolean
  isStored: boolean
  acceptedAtMs: number
  lastSignOfLifeMs: number
  isWaitingShown: boolean
  /** What the last stored snapshot contained. */
  savedSeq: number
  done: Promise<void>
}

/** Another attempt owns the turn, or it is gone. That one which waits is taken by a replica with room is what should happen. */
export function lose(turn: RunningTurn, logger: Logger): void {
  const names = { turnId: turn.work.id, attempt: turn.work.attempt }
  if (turn.isQueued) logger.info(names, 'another replica took a waiting turn')
  else {
    metrics.turnsFenced.inc()
    logger.warn(names, 'another attempt owns this turn')
  }
  interrupt(turn, 'fenced')
}

/** The first reason wins. */
export function interrupt(turn: RunningTurn, reason: Interruption): void {
  if (!turn.abort.signal.aborted) turn.abort.abort(reason)
}

export const interruptionOf = ({ abort }: RunningTurn): Interruption | null =>
  abort.signal.aborted ? (abort.signal.reason as Interruption) : null

/** To be called before each model call, with the text as it goes on from. */
export function beginCall(turn: RunningTurn, id: string): void {
  turn.earlierWriterId = writerOf(turn)
  turn.call = { id, lengthBefore: turn.answer.text.length }
}

/** The last call that wrote text of the answer. Null when there is no text, or its writer is not known here. */
export function writerOf({ answer, call, earlierWriterId }: RunningTurn): string | null {
  if (answer.text === '') return null
  return call && answer.text.length > call.lengthBefore ? call.id : earlierWriterId
}

export const attemptOf = ({ work }: RunningTurn): Attempt => ({ id: work.id, attempt: work.attempt })

export const snapshotOf = (turn: RunningTurn): AnswerSnapshot => ({
  ...attemptOf(turn),
  text: turn.answer.text,
  seq: turn.answer.seq,
  marks: turn.answer.marks,
  writerId: writerOf(turn),
})
