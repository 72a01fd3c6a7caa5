import type { socketApi } from '@parley/contracts'
import { createFrameMarks, lengthAfter, type StoredMarks } from './frame-marks.ts'
import type { ShownAnswer } from './live-answer.ts'

/** Wider than what an owner sends between two stored texts, also while Postgres is away. */
const UNKNOWN_SEQ_JUMP = 100_000

const decoder = new TextDecoder()

/** What its owner stored last. */
export interface StoredShown {
  text: string
  seq: number
  marks: StoredMarks
}

/**
 * What readers have seen of an answer whose owner is gone: the text stored last, and the frames sent since.
 *
 * `frames` are all live frames of the turn in the order they were sent; for a number sent twice the first one counts,
 * as it did for the readers. `null` means that they could not be read. No frames at all tell as little: NATS may have
 * lost them with its memory. Numbering then jumps, with a first frame that fits only whoever has seen exactly what is
 * stored; everybody else notices the gap and reads the turn anew.
 */
export function rebuildShown(stored: StoredShown, frames: Uint8Array[] | null): ShownAnswer {
  const marks = createFrameMarks(stored.marks)
  if (frames === null || frames.length === 0) {
    const seq = stored.seq + UNKNOWN_SEQ_JUMP
    if (stored.seq === 0) marks.restart(seq)
    return { text: stored.text, seq, sentSeq: stored.seq, marks: marks.stored, isExact: stored.seq === 0 }
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
    if (frame.type === 'turn.restarted') {
      text = ''
      marks.restart(seq)
    } else marks.note(seq, text.length)
  }
  // What was stored and never sent is sent by the new owner, as far as it is known where it begins.
  const isSentKnown = sentSeq >= seq || lengthAfter(stored.marks, sentSeq) !== null
  return { text, seq: Math.max(seq, sentSeq), sentSeq, marks: marks.stored, isExact: !hasGap && isSentKnown }
}

function firstSeqOf(frame: socketApi.TurnFrame): number {
  return frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
}
