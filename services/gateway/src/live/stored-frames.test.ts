import type { socketApi } from '@parley/contracts'
import t from 'tap'
import { createFrameOrder } from './frame-order.ts'
import { type StoredTurn, storedFrames } from './stored-frames.ts'

const turn: StoredTurn = {
  id: '0197a000-0000-7000-8000-000000000001',
  status: 'running',
  conversationId: '0197a000-0000-7000-8000-000000000002',
  userMessageId: '0197a000-0000-7000-8000-000000000003',
  assistantMessageId: '0197a000-0000-7000-8000-000000000004',
  text: 'the whole text',
  seq: 10,
}
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as socketApi.TurnFrame
const framesAfter = (lastSeq: number, fields: Partial<StoredTurn> = {}) => storedFrames({ ...turn, ...fields }, lastSeq).map(decode)

t.test('a reader without anything gets the text as one delta', async (t) => {
  t.match(framesAfter(0), [{ type: 'turn.delta', fromSeq: 1, seq: 10, text: turn.text }])
  t.strictSame(framesAfter(0, { seq: 0, text: '' }), [])
})

t.test('B3 a reader in the middle gets exactly what he misses', async (t) => {
  const missed = { afterSeq: 4, text: ' text', restarted: false }
  t.same(framesAfter(4, { missed }), [{ type: 'turn.delta', turnId: turn.id, fromSeq: 5, seq: 10, text: ' text' }])
  t.same(framesAfter(9, { missed: { ...missed, afterSeq: 9 } }), [{ type: 'turn.delta', turnId: turn.id, seq: 10, text: ' text' }])
})

t.test('a reader whose text is void is shown the text anew', async (t) => {
  t.match(framesAfter(4, { missed: { afterSeq: 4, text: turn.text, restarted: true } }), [
    { type: 'turn.restarted', seq: 5 },
    { type: 'turn.delta', fromSeq: 6, seq: 10, text: turn.text },
  ])
  t.match(framesAfter(4), [
    { type: 'turn.restarted', seq: 5 },
    { type: 'turn.delta', fromSeq: 6, seq: 10, text: turn.text },
  ])
})

t.test('a running turn that has nothing beyond, or too little, gives nothing yet', async (t) => {
  t.strictSame(framesAfter(9), [])
  t.strictSame(framesAfter(10), [])
  t.strictSame(framesAfter(12), [])
})

t.test('an ended turn ends, at whatever number the reader is', async (t) => {
  for (let lastSeq = 0; lastSeq <= 10; lastSeq++) {
    const seqs: number[] = []
    const order = createFrameOrder({ afterSeq: lastSeq, deliver: (_bytes, seq) => seqs.push(seq) })
    const frames = storedFrames({ ...turn, status: 'completed' }, lastSeq)
    t.ok(
      frames.every((bytes) => order.accept(bytes) === 'delivered'),
      `after ${lastSeq}`,
    )
    t.match(frames.map(decode).at(-1), { type: 'turn.completed', seq: 11, message: { text: turn.text, status: 'completed' } })
  }
  t.strictSame(framesAfter(11, { status: 'completed' }), [])
})

t.test('the stored message goes out as it is; without it the turn tells what it can', async (t) => {
  const message = {
    id: 'm',
    conversationId: 'c',
    parentId: null,
    role: 'assistant' as const,
    text: 'stored',
    status: 'stopped' as const,
    createdAt: 'now',
  }
  t.match(framesAfter(10, { status: 'stopped', message }), [{ type: 'turn.completed', message }])
  t.match(framesAfter(10, { status: 'stopped' }), [
    { type: 'turn.completed', message: { status: 'stopped', createdAt: /^\d{4}-/, turnId: turn.id } },
  ])
})

t.test('a failed turn ends with its error', async (t) => {
  const error = { code: 'provider_unavailable', message: 'No model answers.' }
  t.match(framesAfter(10, { status: 'failed', error }), [{ type: 'turn.failed', seq: 11, error }])
})
