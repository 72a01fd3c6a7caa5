import { type chatApi, encodeFrame, type socketApi } from '@parley/contracts'

/** What the chat service has stored of a turn, and of its answer once it has ended. */
export type StoredTurn = chatApi.Turn

export const isOver = ({ status }: StoredTurn): boolean => status === 'completed' || status === 'stopped' || status === 'failed'

/**
 * The frames that bring a reader from `lastSeq` to what is stored, for when the frames themselves are no longer kept.
 *
 * Chat knows where in the text each frame ends, so the reader gets exactly what he misses as one delta; only where what
 * he has seen is void, the text comes anew behind a `turn.restarted`. The frame that ends a turn has the number after
 * `turn.seq`. Empty when nothing is stored beyond `lastSeq`.
 */
export function storedFrames(turn: StoredTurn, lastSeq: number): Uint8Array[] {
  const frames = [...textFrames(turn, lastSeq)]
  if (isOver(turn) && lastSeq <= turn.seq) frames.push(lastFrame(turn))
  return frames.map(encodeFrame)
}

function textFrames(turn: StoredTurn, lastSeq: number): socketApi.TurnFrame[] {
  const { id: turnId, text, seq, missed } = turn
  if (seq <= lastSeq) return []
  const rest = missed?.afterSeq === lastSeq ? missed : { text, restarted: lastSeq > 0 }
  const delta = (fromSeq: number): socketApi.TurnFrame => ({
    ...{ type: 'turn.delta', turnId, seq, text: rest.text },
    ...(fromSeq < seq && { fromSeq }),
  })
  if (!rest.restarted) return [delta(lastSeq + 1)]
  const restarted = { type: 'turn.restarted', turnId, seq: lastSeq + 1 } as const
  if (lastSeq + 1 < seq) return [restarted, delta(lastSeq + 2)]
  // There is no number left for the text: the last frame brings it, and a running turn will have more.
  return rest.text === '' || isOver(turn) ? [restarted] : []
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
