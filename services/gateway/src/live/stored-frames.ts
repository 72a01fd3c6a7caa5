import { type chatApi, encodeFrame, type socketApi } from '@parley/contracts'

/** What the chat service has stored of a turn, and of its answer once it has ended. */
export type StoredTurn = chatApi.Turn

export const isOver = ({ status }: StoredTurn): boolean => status === 'completed' || status === 'stopped' || status === 'failed'

/**
 * The frames that bring a reader from `lastSeq` to what is stored, for when the frames themselves are no longer kept.
 *
 * The stored text belongs to the numbers 1..`turn.seq`; which part of it a reader in the middle has seen cannot be told,
 * so he is shown it anew behind a `turn.restarted`. The frame that ends a turn has the number after `turn.seq`.
 * Empty when nothing is stored beyond `lastSeq`, or not enough yet: a running turn grows, ask again.
 */
export function storedFrames(turn: StoredTurn, lastSeq: number): Uint8Array[] {
  const frames = [...textFrames(turn, lastSeq)]
  if (isOver(turn) && lastSeq <= turn.seq) frames.push(lastFrame(turn))
  return frames.map(encodeFrame)
}

function textFrames({ id: turnId, text, seq, ...turn }: StoredTurn, lastSeq: number): socketApi.TurnFrame[] {
  if (seq <= lastSeq) return []
  if (lastSeq === 0) return [{ type: 'turn.delta', turnId, seq, text, ...(seq > 1 && { fromSeq: 1 }) }]
  const fromSeq = lastSeq + 2
  if (fromSeq <= seq) {
    const restarted = { type: 'turn.restarted', turnId, seq: lastSeq + 1 } as const
    return [restarted, { type: 'turn.delta', turnId, seq, text, ...(fromSeq < seq && { fromSeq }) }]
  }
  // One number is too little for both; the message in the last frame carries the whole text.
  return isOver({ ...turn, id: turnId, text, seq }) ? [{ type: 'turn.delta', turnId, seq, text: '' }] : []
}

function lastFrame(turn: StoredTurn): socketApi.TurnFrame {
  const { id: turnId, seq, error } = turn
  if (turn.status === 'failed') {
    return {
      type: 'turn.failed',
      turnId,
      seq: seq + 1,
      error: error ?? { code: 'service_busy', message: 'The answer could not be finished.' },
    }
  }
  return { type: 'turn.completed', turnId, seq: seq + 1, message: turn.message ?? messageOf(turn) }
}

/** The answer as far as the turn itself tells. */
function messageOf({ assistantMessageId, conversationId, userMessageId, id, text, status }: StoredTurn): chatApi.ChatMessage {
  return {
    id: assistantMessageId,
    conversationId,
    parentId: userMessageId,
    role: 'assistant',
    text,
    status: status === 'stopped' ? 'stopped' : 'completed',
    turnId: id,
    createdAt: timeOf(assistantMessageId).toISOString(),
  }
}

/** Ids are UUIDv7 and begin with the time they were made. */
const timeOf = (id: string): Date => new Date(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) || 0)
