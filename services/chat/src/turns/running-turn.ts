import type { Logger } from '@parley/telemetry'
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
  answer: LiveAnswer
  abort: AbortController
  /** Waits for room; nothing is asked of a model yet. */
  isQueued: boolean
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

/** Another attempt owns the turn, or it is gone. */
export function lose(turn: RunningTurn, logger: Logger): void {
  metrics.turnsFenced.inc()
  logger.warn({ turnId: turn.work.id, attempt: turn.work.attempt }, 'another attempt owns this turn')
  interrupt(turn, 'fenced')
}

/** The first reason wins. */
export function interrupt(turn: RunningTurn, reason: Interruption): void {
  if (!turn.abort.signal.aborted) turn.abort.abort(reason)
}

export const interruptionOf = ({ abort }: RunningTurn): Interruption | null =>
  abort.signal.aborted ? (abort.signal.reason as Interruption) : null

export const attemptOf = ({ work }: RunningTurn): Attempt => ({ id: work.id, attempt: work.attempt })

export const snapshotOf = ({ work, answer }: RunningTurn): AnswerSnapshot => ({
  id: work.id,
  attempt: work.attempt,
  text: answer.text,
  seq: answer.seq,
  marks: answer.marks,
})
