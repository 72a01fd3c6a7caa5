import type { socketApi } from '@parley/contracts'
import type { ShownAnswer } from './live-answer.ts'

/** Wider than what any owner sends in the second between two stored texts. */
const UNKNOWN_SEQ_JUMP = 1_000

const decoder = new TextDecoder()

/**
 * What readers have seen of an answer whose owner is gone: the text stored last, and the frames sent since.
 *
 * `frames` are all live frames of the turn in the order they were sent; for a number sent twice the first one counts,
 * as it did for the readers. `null` means that they could not be read: numbering then jumps, and a reader who notices
 * the gap reads the turn anew.
 */
export function rebuildShown(stored: { text: string; seq: number }, frames: Uint8Array[] | null): ShownAnswer {
  if (frames === null) {
    const seq = stored.seq + UNKNOWN_SEQ_JUMP
    return { text: stored.text, seq, sentSeq: seq, isExact: false }
  }
  let { text, seq } = stored
  let sentSeq = 0
  let hasGap = false
  for (const bytes of frames) {
    const frame = JSON.parse(decoder.decode(bytes)) as socketApi.TurnFrame
    sentSeq = Math.max(sentSeq, frame.seq)
    if (hasGap || frame.seq <= seq) continue
    hasGap = firstSeqOf(frame) !== seq + 1
    if (hasGap) continue
    seq = frame.seq
    if (frame.type === 'turn.delta') text += frame.text
    if (frame.type === 'turn.restarted') text = ''
  }
  return { text, seq: Math.max(seq, sentSeq), sentSeq, isExact: !hasGap && sentSeq === seq }
}

function firstSeqOf(frame: socketApi.TurnFrame): number {
  return frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
}
