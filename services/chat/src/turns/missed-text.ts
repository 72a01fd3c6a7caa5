import type { chatApi } from '@parley/contracts'
import { lengthAfter, type StoredMarks } from './frame-marks.ts'

/** What a reader who has the frames up to `afterSeq` has not seen of a stored text. */
export function missedText(stored: { text: string; seq: number; marks: StoredMarks | null }, afterSeq: number): chatApi.MissedText {
  const { text, seq, marks } = stored
  if (afterSeq >= seq) return { afterSeq, text: '', restarted: false }
  const length = afterSeq === 0 ? 0 : marks && lengthAfter(marks, afterSeq)
  // What he has seen was voided since, or cannot be told: the text is shown to him anew.
  return length === null ? { afterSeq, text, restarted: true } : { afterSeq, text: text.slice(length), restarted: false }
}
