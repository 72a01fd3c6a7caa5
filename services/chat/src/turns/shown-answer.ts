import type { socketApi } from '@parley/contracts'
import { createFrameMarks, LEFT_TO_LOST_OWNER, lengthAfter, type StoredMarks } from './frame-marks.ts'
import type { ShownAnswer } from './live-answer.ts'

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
 *
 * An owner that is lost (`isOwnerLost`) may be alive all the same, and say more after this. Numbering then jumps, too: no
 * number it may still give is given again, so that a reader who heard the new owner takes nothing of the old one any
 * more, and one who heard the old one first finds the new one's first frame not to fit, and has his text put right.
 */
export function rebuildShown(stored: StoredShown, frames: Uint8Array[] | null, { isOwnerLost = false } = {}): ShownAnswer {
  const marks = createFrameMarks(stored.marks)
  if (frames === null || frames.length === 0) {
    const seq = stored.seq + LEFT_TO_LOST_OWNER
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
  const isExact = !hasGap && isSentKnown
  seq = Math.max(seq, sentSeq)
  if (isOwnerLost) {
    seq += LEFT_TO_LOST_OWNER + 1
    if (isExact) marks.note(seq, text.length)
  }
  return { text, seq, sentSeq, marks: marks.stored, isExact }
}

function firstSeqOf(frame: socketApi.TurnFrame): number {
  return frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
}
