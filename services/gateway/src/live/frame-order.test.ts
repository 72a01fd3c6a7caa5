import { encodeFrame } from '@parley/contracts'
import fc from 'fast-check'
import t from 'tap'
import { createFrameOrder } from './frame-order.ts'

const turnId = '0197a000-0000-7000-8000-000000000001'
const delta = (seq: number, text = 'x', fromSeq?: number) => encodeFrame({ type: 'turn.delta', turnId, seq, text, fromSeq })

function reader(afterSeq = 0) {
  const seqs: number[] = []
  return { seqs, order: createFrameOrder({ afterSeq, deliver: (_bytes, seq) => seqs.push(seq) }) }
}

t.test('a frame is delivered, a repeat dropped, a gap told', async (t) => {
  const { seqs, order } = reader()
  t.equal(order.accept(delta(1)), 'delivered')
  t.equal(order.accept(delta(1)), 'repeat')
  t.equal(order.accept(delta(3)), 'gap')
  t.equal(order.accept(delta(2)), 'delivered')
  t.equal(order.accept(delta(3)), 'delivered')
  t.strictSame(seqs, [1, 2, 3])
})

t.test('a frame that covers several numbers fits only right behind the last one', async (t) => {
  const { seqs, order } = reader(3)
  t.equal(order.accept(delta(9, 'x', 3)), 'gap', 'part of its text was delivered already')
  t.equal(order.accept(delta(9, 'x', 6)), 'gap')
  t.equal(order.accept(delta(9, 'x', 4)), 'delivered')
  t.strictSame(seqs, [9])
})

t.test('a text that looks like a key is only a text', async (t) => {
  const { order } = reader()
  t.equal(order.accept(delta(1, '"fromSeq":7, {"seq":9}')), 'delivered')
  t.equal(order.lastSeq, 1)
})

t.test('whatever order and repetition frames come in, numbers are delivered once and rising by one', async (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 200 }), (arrivals) => {
      const { seqs, order } = reader()
      for (const seq of arrivals) order.accept(delta(seq))
      return seqs.every((seq, i) => seq === i + 1)
    }),
  )
  t.pass()
})
