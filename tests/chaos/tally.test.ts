import t from 'tap'
import { newRecord, type TurnRecord } from './load/turn-record.ts'
import { judge, type StoredTurn } from './tally.ts'

const expected = 'Quiet river stone. Early garden letter.'

function aRecord(changes: Partial<TurnRecord> = {}): TurnRecord {
  const script = { prompt: 'Question 1', expected }
  const record = newRecord({ id: 'turn', userId: 'user', conversationId: null, script, expectedEnd: 'completed' })
  const message = { text: expected } as TurnRecord['message']
  return { ...record, acceptedAtMs: 1, endAtMs: 2, end: 'completed', text: expected, message, ...changes }
}

const aStoredTurn = (changes: Partial<StoredTurn> = {}): StoredTurn => ({
  id: 'turn',
  status: 'completed',
  attempt: 1,
  text: expected,
  answers: 1,
  ...changes,
})

t.test('a whole answer, shown and stored character by character, is ok', async (t) => {
  t.equal(judge(aRecord(), aStoredTurn(), {}).kind, 'ok')
})

t.test('what is missing is lost: the end, a piece in the middle, the turn, its end', async (t) => {
  t.equal(judge(aRecord({ text: expected.slice(0, 10) }), aStoredTurn(), {}).kind, 'lost')
  t.equal(judge(aRecord({ text: expected.slice(0, 10) + expected.slice(15) }), aStoredTurn(), {}).kind, 'lost')
  t.equal(judge(aRecord(), aStoredTurn({ text: expected.slice(0, -1) }), {}).kind, 'lost')
  t.equal(judge(aRecord(), undefined, {}).kind, 'lost')
  t.equal(judge(aRecord({ end: null, endAtMs: null }), aStoredTurn({ status: 'running' }), {}).kind, 'lost')
})

t.test('what is there twice is a duplicate: a piece of text, an answer', async (t) => {
  t.equal(judge(aRecord({ text: expected.slice(0, 20) + expected.slice(12) }), aStoredTurn(), {}).kind, 'duplicate')
  t.equal(judge(aRecord(), aStoredTurn({ answers: 2 }), {}).kind, 'duplicate')
})

t.test('a failure that the promise allows is ok, with its code alone', async (t) => {
  const failed = aRecord({ end: 'failed', error: { code: 'provider_unavailable', message: '' }, text: '', message: null })
  const stored = aStoredTurn({ status: 'failed', text: '', answers: 0 })
  t.equal(judge(failed, stored, { failure: 'provider_unavailable' }).kind, 'ok')
  t.equal(judge(failed, stored, { failure: 'rate_limited' }).kind, 'unexpected')
  t.equal(judge(failed, stored, {}).kind, 'unexpected')
})

t.test('another text, another end, frames out of order and refusals are unexpected', async (t) => {
  t.equal(judge(aRecord({ text: expected.toUpperCase() }), aStoredTurn(), {}).kind, 'unexpected')
  t.equal(judge(aRecord({ end: 'failed', error: { code: 'service_busy', message: '' } }), aStoredTurn(), {}).kind, 'unexpected')
  t.equal(judge(aRecord({ orderFaults: ['frame 4 after 4'] }), aStoredTurn(), {}).kind, 'unexpected')
  t.equal(judge(aRecord({ refusals: [{ code: 'service_busy', atMs: 1 }] }), aStoredTurn(), {}).kind, 'unexpected')
})

t.test('a promise may allow refusals, but only with a documented code', async (t) => {
  const allows = { refusals: true }
  t.equal(judge(aRecord({ refusals: [{ code: 'service_busy', atMs: 1 }] }), aStoredTurn(), allows).kind, 'ok')
  t.equal(judge(aRecord({ refusals: [{ code: 'teapot', atMs: 1 }] }), aStoredTurn(), allows).kind, 'unexpected')
})

t.test('turns that are meant to fail or to be stopped are ok when they do', async (t) => {
  const failed = aRecord({ expectedEnd: 'failed', end: 'failed', text: '', error: { code: 'provider_unavailable', message: '' } })
  t.equal(judge(failed, aStoredTurn({ status: 'failed', text: '' }), {}).kind, 'ok')
  t.equal(judge({ ...failed, error: { code: 'teapot', message: '' } }, aStoredTurn({ status: 'failed' }), {}).kind, 'unexpected')
  const stopped = aRecord({ expectedEnd: 'stopped', end: 'stopped', text: '' })
  t.equal(judge(stopped, aStoredTurn({ status: 'stopped', text: '' }), {}).kind, 'ok')
})
