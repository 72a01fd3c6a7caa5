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
export type Errand = 'answer' | 'continue' | 'stop' | 'give_up'

/** One answer being written by this replica. */
export interface RunningTurn {
  work: TurnWork
  errand: Errand
  answer: LiveAnswer
  abort: AbortController
  /** By this process's clock, counted from before the lease was asked for, so it never ends later than the database's. */
  leaseEndsAtMs: number
  /** The answer is complete and being stored: from here on the store alone decides whether it is still ours. */
  isEnding: boolean
  acceptedAtMs: number
  lastSignOfLifeMs: number
  isWaitingShown: boolean
  savedSeq: number
}

/** The first reason wins. */
export function interrupt(turn: RunningTurn, reason: Interruption): void {
  if (!turn.abort.signal.aborted) turn.abort.abort(reason)
}

export const interruptionOf = ({ abort }: RunningTurn): Interruption | null =>
  abort.signal.aborted ? (abort.signal.reason as Interruption) : null
