import { encodeFrame, type socketApi } from '@parley/contracts'
import t from 'tap'
import { rebuildShown } from './shown-answer.ts'

const turnId = '01900000-0000-7000-8000-000000000001'
const delta = (seq: number, text: string, fromSeq?: number) => encodeFrame({ type: 'turn.delta', turnId, seq, text, fromSeq })
const status = (seq: number) => encodeFrame({ type: 'turn.status', turnId, seq, status: 'waiting', message: '' } as socketApi.TurnFrame)
const restarted = (seq: number) => encodeFrame({ type: 'turn.restarted', turnId, seq })

t.test('the stored text and the frames sent since are what was shown', (t) => {
  const frames = [delta(1, 'a'), delta(2, 'b'), status(3), delta(4, 'c')]
  t.same(rebuildShown({ text: 'ab', seq: 2 }, frames), { text: 'abc', seq: 4, sentSeq: 4, isExact: true })
  t.same(rebuildShown({ text: '', seq: 0 }, frames), { text: 'abc', seq: 4, sentSeq: 4, isExact: true })
  t.end()
})

t.test('a replayed frame covers several numbers, a restart voids what was before', (t) => {
  const frames = [delta(3, 'abc', 1), restarted(4), delta(5, 'new')]
  t.same(rebuildShown({ text: '', seq: 0 }, frames), { text: 'new', seq: 5, sentSeq: 5, isExact: true })
  t.end()
})

t.test('of two frames with one number the first was shown', (t) => {
  t.equal(rebuildShown({ text: '', seq: 0 }, [delta(1, 'a'), delta(2, 'b'), delta(2, 'zombie')]).text, 'ab')
  t.end()
})

t.test('a gap makes the text uncertain, but no number is given twice', (t) => {
  t.same(rebuildShown({ text: 'a', seq: 1 }, [delta(2, 'b'), delta(5, 'e')]), { text: 'ab', seq: 5, sentSeq: 5, isExact: false })
  t.end()
})

t.test('a stored text that readers were never sent is uncertain too', (t) => {
  t.same(rebuildShown({ text: 'abc', seq: 3 }, [delta(1, 'a')]), { text: 'abc', seq: 3, sentSeq: 1, isExact: false })
  t.end()
})

t.test('without any knowledge of what was sent, numbering jumps past everything that readers may have seen', (t) => {
  for (const frames of [null, []]) {
    const shown = rebuildShown({ text: 'abc', seq: 3 }, frames)
    t.match(shown, { text: 'abc', sentSeq: 3, isExact: false })
    t.ok(shown.seq > 10_000)
    t.match(rebuildShown({ text: '', seq: 0 }, frames), { text: '', sentSeq: 0, isExact: true }, 'no text needs no repetition')
  }
  t.end()
})
