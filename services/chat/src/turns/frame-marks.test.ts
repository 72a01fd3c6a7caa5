import fc from 'fast-check'
import t from 'tap'
import { createFrameMarks, LEFT_TO_LOST_OWNER, lengthAfter } from './frame-marks.ts'

t.test('B3 the length of the text after every frame is found again, also after a restart and from what was stored', (t) => {
  const growths = fc.array(fc.nat({ max: 100_000 }), { maxLength: 300 })
  fc.assert(
    fc.property(growths, fc.nat({ max: 50 }), growths, (before, restartAt, after) => {
      let marks = createFrameMarks()
      const expected = new Map<number, number>()
      let seq = 0
      let length = 0
      const note = (growth: number) => {
        seq += 1
        length += growth
        marks.note(seq, length)
        expected.set(seq, length)
      }
      for (const growth of before) note(growth)
      if (restartAt % 2) {
        seq += 1
        length = 0
        marks.restart(seq)
        expected.clear()
        expected.set(seq, 0)
      }
      marks = createFrameMarks(marks.stored)
      for (const growth of after) note(growth)
      const { stored } = marks
      return [...expected].every(([at, known]) => lengthAfter(stored, at) === known) && lengthAfter(stored, seq + 1) === null
    }),
  )
  t.pass('whatever the growth')
  t.end()
})

t.test('one frame that covers several numbers marks them all', (t) => {
  const marks = createFrameMarks()
  marks.note(1, 3)
  marks.note(4, 10)
  t.same(
    [0, 1, 2, 3, 4, 5].map((seq) => lengthAfter(marks.stored, seq)),
    [0, 3, 10, 10, 10, null],
  )
  t.end()
})

t.test('F-14 numbers left to a lost owner have no place in the text, those before and behind them do', (t) => {
  let marks = createFrameMarks()
  marks.note(1, 3)
  marks.note(2, 200)
  const first = 2 + LEFT_TO_LOST_OWNER + 1
  marks.note(first, 200)
  marks = createFrameMarks(marks.stored)
  marks.note(first + 1, 205)
  const second = first + 1 + 3 * LEFT_TO_LOST_OWNER
  marks.note(second, 300)
  const { stored } = marks
  t.same(
    [0, 1, 2, first, first + 1, second].map((seq) => lengthAfter(stored, seq)),
    [0, 3, 200, 200, 205, 300],
  )
  for (const seq of [3, 4, first - 1, first + 2, second - 1, second + 1]) t.equal(lengthAfter(stored, seq), null, `${seq}`)
  t.ok(stored.bytes.length < 25, 'and they cost nothing')
  marks.restart(second + 1)
  marks.note(second + 2, 4)
  t.equal(marks.stored.fromSeq, second + 1)
  t.equal(lengthAfter(marks.stored, second + 2), 4)
  t.end()
})

t.test('F-21 a version that does not know of them finds no mark at all rather than a wrong one', (t) => {
  const marks = createFrameMarks()
  marks.restart(7)
  marks.note(8, 3)
  marks.note(9 + LEFT_TO_LOST_OWNER, 3)
  t.equal(marks.stored.fromSeq, -8, 'it counts the marks from there and never comes to a number readers have')
  t.end()
})

t.test('what was shown before a restart has no place in the text', (t) => {
  const marks = createFrameMarks()
  marks.note(1, 3)
  marks.restart(2)
  marks.note(3, 4)
  t.same(
    [1, 2, 3].map((seq) => lengthAfter(marks.stored, seq)),
    [null, 0, 4],
  )
  t.end()
})
