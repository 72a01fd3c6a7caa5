import type { ChatMessage, TurnError, TurnFrame, TurnIds, TurnSnapshot } from './protocol.ts'

export type TurnPhase = 'sending' | 'running' | 'completed' | 'stopped' | 'failed'

/** One question and its answer while it is being written. */
export interface LiveTurn {
  id: string
  conversationId: string | null
  userMessageId: string | null
  assistantMessageId: string | null
  phase: TurnPhase
  /** The answer so far: always exactly what the frames 1..`seq` make. */
  text: string
  seq: number
  /** What the server last said about the work ('retrying on another model'); gone with the next words. */
  notice: string | null
  /** Its place among those that wait for room; 1 is the next one. Null as soon as it is being written. */
  place: number | null
  error: TurnError | null
  /** The stored answer, once there is one. */
  message: ChatMessage | null
}

/** `resume`: something is missing; ask for everything after `turn.seq`. */
export interface Step {
  turn: LiveTurn
  needs: 'nothing' | 'resume'
}

export const newTurn = (id: string, conversationId: string | null): LiveTurn => ({
  id,
  conversationId,
  userMessageId: null,
  assistantMessageId: null,
  phase: 'sending',
  text: '',
  seq: 0,
  notice: null,
  place: null,
  error: null,
  message: null,
})

export const isOver = ({ phase }: Pick<LiveTurn, 'phase'>): boolean => phase !== 'sending' && phase !== 'running'

export const acceptTurn = (turn: LiveTurn, accepted: TurnIds): LiveTurn => ({
  ...turn,
  conversationId: accepted.conversationId,
  userMessageId: accepted.userMessageId,
  assistantMessageId: accepted.assistantMessageId,
  phase: isOver(turn) ? turn.phase : 'running',
})

/** The server would not take the turn: nothing of it is stored. */
export const rejectTurn = (turn: LiveTurn, error: TurnError): LiveTurn => (isOver(turn) ? turn : { ...turn, phase: 'failed', error })

/**
 * The next state after a frame, in whatever order, number or grouping frames arrive. The text never loses, repeats or
 * reorders anything: a frame that does not start right behind `seq` changes nothing and asks for a resume instead.
 */
export function applyFrame(turn: LiveTurn, frame: TurnFrame): Step {
  if (isOver(turn)) return step(turn)
  // The stored message is the whole truth, whatever was missed before.
  if (frame.type === 'turn.completed') return step(complete(turn, frame.message, frame.seq))
  if (frame.seq <= turn.seq) return step(turn)
  // All that came before a restart is void, so a gap before it does not matter.
  if (frame.type === 'turn.restarted') return step({ ...turn, phase: 'running', seq: frame.seq, text: '', notice: null, place: null })
  const from = frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
  if (from !== turn.seq + 1) return { turn, needs: 'resume' }

  const next: LiveTurn = { ...turn, phase: 'running', seq: frame.seq }
  switch (frame.type) {
    case 'turn.delta':
      return step({ ...next, text: turn.text + frame.text, notice: null, place: null })
    case 'turn.status':
      return step({ ...next, notice: frame.message, place: frame.place ?? null })
    case 'turn.failed':
      return step({ ...next, phase: 'failed', notice: null, place: null, error: frame.error })
    default:
      // A frame type of a newer server: it counts, and says nothing to us.
      return step(next)
  }
}

/** Takes over what GET /turns/:id says, unless we already know more. */
export function adoptSnapshot(turn: LiveTurn, snapshot: TurnSnapshot): LiveTurn {
  if (isOver(turn)) return turn
  const { conversationId, userMessageId, assistantMessageId, text, seq } = snapshot
  const known: LiveTurn = { ...turn, conversationId, userMessageId, assistantMessageId }
  if (snapshot.status === 'completed' || snapshot.status === 'stopped' || snapshot.status === 'failed') {
    return { ...known, phase: snapshot.status, text, seq, notice: null, place: null, error: snapshot.error ?? null }
  }
  const place = snapshot.status === 'queued' ? (snapshot.place ?? null) : null
  if (seq <= turn.seq) return { ...known, phase: 'running', place: place ?? turn.place }
  return { ...known, phase: 'running', text, seq, notice: null, place }
}

const complete = (turn: LiveTurn, message: ChatMessage, seq: number): LiveTurn => ({
  ...turn,
  assistantMessageId: message.id,
  conversationId: message.conversationId,
  phase: message.status === 'running' ? 'completed' : message.status,
  text: message.text,
  seq: Math.max(seq, turn.seq),
  notice: null,
  place: null,
  message,
})

const step = (turn: LiveTurn): Step => ({ turn, needs: 'nothing' })
