import { encodeFrame, type socketApi } from '@parley/contracts'
import t from 'tap'
import { createFrameMarks, LEFT_TO_LOST_OWNER, lengthAfter, noMarks } from './frame-marks.ts'
import { rebuildShown } from './shown-answer.ts'

const turnId = '01900000-0000-7000-8000-000000000001'
const delta = (seq: number, text: string, fromSeq?: number) => encodeFrame({ type: 'turn.delta', turnId, seq, text, fromSeq })
/** An owner that stored its text after each of its one-letter frames. */
function rebuild(text: string, seq: number, frames: Uint8Array[] | null) {
  const marks = createFrameMarks()
  for (let length = 1; length <= text.length; length += 1) marks.note(length, length)
  const { marks: rebuilt, ...shown } = rebuildShown({ text, seq, marks: marks.stored }, frames)
  if (shown.isExact && frames?.length) t.equal(lengthAfter(rebuilt, shown.seq), shown.text.length, 'the marks reach to the end')
  return shown
}
const status = (seq: number) => encodeFrame({ type: 'turn.status', turnId, seq, status: 'waiting', message: '' } as socketApi.TurnFrame)
const restarted = (seq: number) => encodeFrame({ type: 'turn.restarted', turnId, seq })

t.test('the stored text and the frames sent since are what was shown', (t) => {
  const frames = [delta(1, 'a'), delta(2, 'b'), status(3), delta(4, 'c')]
  t.same(rebuild('ab', 2, frames), { text: 'abc', seq: 4, sentSeq: 4, isExact: true })
  t.same(rebuild('', 0, frames), { text: 'abc', seq: 4, sentSeq: 4, isExact: true })
  t.end()
})

t.test('a replayed frame covers several numbers, a restart voids what was before', (t) => {
  const frames = [delta(3, 'abc', 1), restarted(4), delta(5, 'new')]
  t.same(rebuild('', 0, frames), { text: 'new', seq: 5, sentSeq: 5, isExact: true })
  t.end()
})

t.test('of two frames with one number the first was shown', (t) => {
  t.equal(rebuild('', 0, [delta(1, 'a'), delta(2, 'b'), delta(2, 'zombie')]).text, 'ab')
  t.end()
})

t.test('F-14 the numbers a lost owner may still give are not given again', (t) => {
  const marks = createFrameMarks()
  marks.note(1, 1)
  const stored = { text: 'a', seq: 1, marks: marks.stored }
  const frames = [delta(1, 'a'), delta(2, 'b')]
  const shown = rebuildShown(stored, frames, { isOwnerLost: true })
  t.match(shown, { text: 'ab', sentSeq: 2, seq: 2 + LEFT_TO_LOST_OWNER + 1, isExact: true })
  t.equal(lengthAfter(shown.marks, 2), 2)
  t.equal(lengthAfter(shown.marks, 3), null, 'what it says there is void')
  t.equal(lengthAfter(shown.marks, shown.seq), 2)

  const uncertain = rebuildShown(stored, [delta(2, 'b'), delta(5, 'e')], { isOwnerLost: true })
  t.match(uncertain, { text: 'ab', sentSeq: 5, isExact: false })
  t.ok(uncertain.seq > 5 + LEFT_TO_LOST_OWNER)
  t.end()
})

t.test('F-14 an owner that is lost right after it took over a turn leaves its numbers to the next one, for little', (t) => {
  const first = 3 + LEFT_TO_LOST_OWNER
  const shown = rebuildShown({ text: 'ab', seq: 2, marks: noMarks }, [delta(2, 'ab', 1), delta(first, '', 3), delta(first + 1, 'c')])
  t.match(shown, { text: 'abc', seq: first + 1, isExact: true })
  t.ok(shown.marks.bytes.length < 20)
  t.end()
})

t.test('a gap makes the text uncertain, but no number is given twice', (t) => {
  t.same(rebuild('a', 1, [delta(2, 'b'), delta(5, 'e')]), { text: 'ab', seq: 5, sentSeq: 5, isExact: false })
  t.end()
})

t.test('a stored text that readers were never sent is still to be sent; without marks nobody knows from where on', (t) => {
  t.same(rebuild('abc', 3, [delta(1, 'a')]), { text: 'abc', seq: 3, sentSeq: 1, isExact: true })
  t.match(rebuildShown({ text: 'abc', seq: 3, marks: noMarks }, [delta(1, 'a')]), { text: 'abc', seq: 3, sentSeq: 1, isExact: false })
  t.end()
})

t.test('without any knowledge of what was sent, numbering jumps past everything that readers may have seen', (t) => {
  for (const frames of [null, []]) {
    const shown = rebuild('abc', 3, frames)
    t.match(shown, { text: 'abc', sentSeq: 3, isExact: false })
    t.ok(shown.seq > 10_000)
    t.match(rebuild('', 0, frames), { text: '', sentSeq: 0, isExact: true }, 'no text needs no repetition')
  }
  t.end()
})
