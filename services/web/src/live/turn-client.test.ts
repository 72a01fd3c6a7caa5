import t from 'tap'
import { fakeClock } from '../../test/fake-clock.ts'
import type { ClientMessage, TurnSnapshot } from './protocol.ts'
import type { LiveTurn } from './turn.ts'
import { createTurnClient } from './turn-client.ts'

const id = '0197a000-0000-7000-8000-000000000001'
const ids = { conversationId: 'c', userMessageId: 'u', assistantMessageId: 'a' }
const accepted = { type: 'turn.accepted', turnId: id, ...ids } as const
const delta = (seq: number, text: string) => ({ type: 'turn.delta', turnId: id, seq, text }) as const

function world(snapshot: TurnSnapshot | null = null) {
  const { timers, pass } = fakeClock()
  const sent: ClientMessage[] = []
  const turns: LiveTurn[] = []
  const line = { isUp: true }
  const client = createTurnClient({
    connection: { send: (message) => line.isUp && sent.push(message) > 0 },
    timers,
    loadTurn: async () => snapshot,
    onTurn: (turn) => void turns.push(turn),
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return { client, sent, turns, line, pass, settle, last: () => turns.at(-1) }
}

const begin = { id, conversationId: null, text: 'Hello' }

t.test('a question asked without a connection is sent when there is one', async (t) => {
  const { client, sent, line } = world()
  line.isUp = false
  client.begin(begin)
  t.same(sent, [])
  line.isUp = true
  client.handleOnline()
  t.same(sent, [{ type: 'turn.start', ...begin }])
})

t.test('F-3 a connection lost before the answer began: the same id is sent again and everything is asked for', async (t) => {
  const { client, sent } = world()
  client.begin(begin)
  client.handleOnline()
  client.handle(accepted)
  t.same(sent, [
    { type: 'turn.start', ...begin },
    { type: 'turn.start', ...begin },
    { type: 'turn.resume', turnId: id, afterSeq: 0 },
  ])
})

t.test('a question that is asked again while it is on its way is looked after once', async (t) => {
  const { client, sent, pass, settle } = world()
  client.begin(begin)
  client.begin(begin)
  client.handle(accepted)
  client.handle({ type: 'turn.failed', turnId: id, seq: 1, error: { code: 'service_busy', message: 'Busy.' } })
  const said = sent.length
  pass(60_000)
  await settle()
  t.equal(sent.length, said, 'nobody sends it after its end')
})

t.test('F-3 a connection lost in the middle is resumed behind the last word', async (t) => {
  const { client, sent, last } = world()
  client.begin(begin)
  client.handle(accepted)
  client.handle(delta(1, 'a'))
  client.handle(delta(2, 'b'))
  client.handleOnline()
  t.same(sent.at(-1), { type: 'turn.resume', turnId: id, afterSeq: 2 })
  client.handle({ type: 'turn.delta', turnId: id, fromSeq: 3, seq: 5, text: 'cde' })
  t.match(last(), { text: 'abcde', seq: 5, phase: 'running' })
})

t.test('a gap is asked for once, however many frames follow it', async (t) => {
  const { client, sent } = world()
  client.begin(begin)
  client.handle(accepted)
  for (const seq of [2, 3, 4]) client.handle(delta(seq, 'x'))
  t.same(
    sent.filter(({ type }) => type === 'turn.resume'),
    [{ type: 'turn.resume', turnId: id, afterSeq: 0 }],
  )
})

t.test('B3 frames that are gone for good, with new ones still coming, are replaced by the stored text', async (t) => {
  const { client, sent, pass, settle, last } = world({ id, status: 'running', ...ids, text: 'stored text', seq: 1005 })
  client.begin(begin)
  client.handle(accepted)
  client.handle(delta(1, 'a'))
  for (let seq = 1001; seq <= 1003; seq += 1) {
    client.handle(delta(seq, '?'))
    pass(1000)
  }
  await settle()
  t.match(last(), { text: 'stored text', seq: 1005 })
  t.same(sent.at(-1), { type: 'turn.resume', turnId: id, afterSeq: 1005 })
})

t.test('a turn that runs on the server is taken up from its stored text', async (t) => {
  const { client, sent, settle, last } = world({ id, status: 'running', ...ids, text: 'so far', seq: 12 })
  client.follow(id)
  await settle()
  t.match(last(), { text: 'so far', seq: 12, phase: 'running' })
  t.same(sent, [{ type: 'turn.resume', turnId: id, afterSeq: 12 }])
})

t.test('a turn that ended meanwhile is over', async (t) => {
  const { client, settle, last, sent } = world({ id, status: 'completed', ...ids, text: 'all', seq: 20 })
  client.follow(id)
  await settle()
  t.match(last(), { text: 'all', phase: 'completed' })
  client.handleOnline()
  t.same(sent, [], 'nothing more is asked')
})

t.test('a silent turn is looked after', async (t) => {
  const { client, pass, settle, last } = world({
    id,
    status: 'failed',
    ...ids,
    text: '',
    seq: 3,
    error: { code: 'service_busy', message: 'Busy.' },
  })
  client.begin(begin)
  client.handle(accepted)
  pass(15_000)
  await settle()
  t.match(last(), { phase: 'failed', error: { code: 'service_busy' } })
})

t.test('a refusal ends the turn, a late one does not', async (t) => {
  const { client, last } = world()
  client.begin(begin)
  client.handle(accepted)
  client.handle({ type: 'error', id, error: { code: 'service_busy', message: 'Busy.' } })
  t.match(last(), { phase: 'running' })
  const other = { ...begin, id: '0197a000-0000-7000-8000-000000000009' }
  client.begin(other)
  client.handle({ type: 'error', id: other.id, error: { code: 'quota_exceeded', message: 'No more today.' } })
  t.match(last(), { id: other.id, phase: 'failed', error: { code: 'quota_exceeded' } })
})

t.test('a resume that the server could not do is repeated', async (t) => {
  const { client, sent, pass, settle } = world({ id, status: 'running', ...ids, text: 'ab', seq: 2 })
  client.begin(begin)
  client.handle(accepted)
  client.handle(delta(1, 'a'))
  client.handleOnline()
  client.handle({ type: 'error', id, error: { code: 'service_busy', message: 'Busy.' } })
  pass(3000)
  await settle()
  t.same(sent.at(-1), { type: 'turn.resume', turnId: id, afterSeq: 2 })
})

t.test('a stop pressed before the turn was accepted is sent right after', async (t) => {
  const { client, sent } = world()
  client.begin(begin)
  client.stop(id)
  t.equal(sent.length, 1)
  client.handle(accepted)
  t.same(sent.at(-1), { type: 'turn.stop', turnId: id })
})

t.test('an answer that another device asked for is followed from its first word', async (t) => {
  const { client, sent, last } = world()
  client.followFromStart({ turnId: id, ...ids })
  t.same(sent, [{ type: 'turn.resume', turnId: id, afterSeq: 0 }])
  client.handle(delta(1, 'a'))
  t.match(last(), { ...ids, phase: 'running', text: 'a' })
})

t.test('one turn heard of in several ways, in any order, is one turn', async (t) => {
  const { client, sent, turns, last } = world()
  client.begin(begin)
  client.followFromStart({ turnId: id, ...ids })
  client.handle(accepted)
  t.equal(sent.length, 1, 'the own start alone')
  client.handle({ type: 'turn.failed', turnId: id, seq: 1, error: { code: 'service_busy', message: 'Busy.' } })
  const before = turns.length
  client.follow(id)
  client.followFromStart({ turnId: id, ...ids })
  t.equal(turns.length, before, 'news that come after the end begin nothing anew')
  t.equal(last()?.phase, 'failed')
  client.begin(begin)
  t.equal(last()?.phase, 'sending', 'whoever asks again means it')
})
