import type { socketApi } from '@parley/contracts'
import fc from 'fast-check'
import t from 'tap'
import { LEFT_TO_LOST_OWNER, lengthAfter, noMarks } from './frame-marks.ts'
import { createLiveAnswer, nothingShown } from './live-answer.ts'

const turnId = '01900000-0000-7000-8000-000000000001'

function readersOf(shown = nothingShown) {
  const frames: socketApi.TurnFrame[] = []
  const reach = { isOpen: true }
  const answer = createLiveAnswer({
    turnId,
    shown,
    publish: (bytes) => frames.push(JSON.parse(new TextDecoder().decode(bytes)) as socketApi.TurnFrame),
    mayPublish: () => reach.isOpen,
  })
  return { answer, frames, reach }
}

/** Reads as strictly as the contract allows: a number skipped or repeated is an error. */
function read(frames: socketApi.TurnFrame[], text = '', seq = 0): { text: string; seq: number } {
  for (const frame of frames) {
    const first = frame.type === 'turn.delta' ? (frame.fromSeq ?? frame.seq) : frame.seq
    if (first !== seq + 1) throw new Error(`frame ${first} after ${seq}`)
    seq = frame.seq
    if (frame.type === 'turn.delta') text += frame.text
    if (frame.type === 'turn.restarted') text = ''
  }
  return { text, seq }
}

t.test('every text is one frame, numbered from 1', (t) => {
  const { answer, frames } = readersOf()
  answer.append('Hello')
  answer.append(' there')
  t.same(frames, [
    { type: 'turn.delta', turnId, seq: 1, text: 'Hello' },
    { type: 'turn.delta', turnId, seq: 2, text: ' there' },
  ])
  t.end()
})

t.test('what could not be sent is made up for by one frame', (t) => {
  const { answer, frames, reach } = readersOf()
  answer.append('a')
  reach.isOpen = false
  answer.append('b')
  answer.status('waiting', 'Still there.')
  answer.append('c')
  t.equal(answer.isCaughtUp, false)
  reach.isOpen = true
  answer.catchUp()
  t.same(frames.slice(1), [{ type: 'turn.delta', turnId, seq: 4, text: 'bc', fromSeq: 2 }])
  t.equal(answer.isCaughtUp, true)
  t.end()
})

t.test('a status that could not be sent is told later, if nothing came after it', (t) => {
  const { answer, frames, reach } = readersOf()
  reach.isOpen = false
  answer.append('a')
  answer.status('retrying', 'Trying again.')
  reach.isOpen = true
  answer.catchUp()
  answer.append('b')
  t.match(frames, [
    { type: 'turn.delta', seq: 1, text: 'a' },
    { type: 'turn.status', seq: 2, status: 'retrying' },
    { type: 'turn.delta', seq: 3, text: 'b' },
  ])
  t.end()
})

t.test('F-14 behind a lost owner one frame covers the numbers left to it, then the readers are told', (t) => {
  const seq = 4 + LEFT_TO_LOST_OWNER + 1
  const { answer, frames } = readersOf({ text: 'seen', seq, sentSeq: 4, marks: noMarks, isExact: true })
  answer.status('continued', 'Going on.')
  answer.append(' on')
  t.match(frames, [
    { type: 'turn.delta', fromSeq: 5, seq, text: '' },
    { type: 'turn.status', seq: seq + 1 },
    { type: 'turn.delta', seq: seq + 2, text: ' on' },
  ])
  t.end()
})

t.test('a character in two halves is shown whole, U+0000 is left out', (t) => {
  const { answer, frames } = readersOf()
  answer.append('\ud83d')
  answer.append('\ude00!\0')
  t.equal(answer.text, '😀!')
  t.same(read(frames).text, '😀!')
  t.end()
})

t.test('an answer that readers may have seen otherwise is shown anew', (t) => {
  const { answer, frames } = readersOf({ text: 'stored', seq: 9, sentSeq: 4, marks: noMarks, isExact: false })
  answer.restart('stored')
  answer.append(' on')
  t.same(read(frames, 'something else', 4), { text: 'stored on', seq: 12 })
  t.end()
})

t.test('B3 a new owner sends exactly what the last one stored and could not send', (t) => {
  const first = readersOf()
  first.answer.append('seen ')
  first.reach.isOpen = false
  first.answer.append('stored ')
  first.answer.append('unsent ')
  const { text, seq, marks } = first.answer
  const second = readersOf({ text, seq, sentSeq: 1, marks, isExact: true })
  second.answer.append('new')
  t.same(read([...first.frames, ...second.frames]), { text: 'seen stored unsent new', seq: 4 })
  t.end()
})

t.test('whenever readers can be reached, they have the whole text and no number is missing', (t) => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('append' as const), text: fc.string({ unit: 'grapheme', maxLength: 4 }) }),
    fc.record({ do: fc.constantFrom('status' as const, 'restart' as const, 'open' as const, 'close' as const) }),
    fc.record({ do: fc.constant('keep' as const), text: fc.string({ maxLength: 4 }) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { answer, frames, reach } = readersOf()
      for (const one of steps) {
        if (one.do === 'append') answer.append(one.text)
        else if (one.do === 'status') answer.status('retrying', '')
        else if (one.do === 'restart') answer.restart()
        else if (one.do === 'keep') answer.restart(one.text)
        else reach.isOpen = one.do === 'open'
      }
      reach.isOpen = true
      answer.catchUp()
      const seen = read(frames)
      // Whoever has seen the frames so far can be given the rest from what is stored.
      const cut = frames[Math.floor(frames.length / 2)]
      if (cut) {
        const soFar = read(frames.slice(0, frames.indexOf(cut) + 1))
        const length = lengthAfter(answer.marks, cut.seq)
        if (length !== null && soFar.text + answer.text.slice(length) !== answer.text) return false
      }
      return seen.text === answer.text && seen.seq === answer.seq
    }),
  )
  t.pass('100 random lives of an answer')
  t.end()
})
