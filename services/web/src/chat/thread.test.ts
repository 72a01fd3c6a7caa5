import t from 'tap'
import { acceptTurn, type LiveTurn, newTurn, rejectTurn } from '../live/turn.ts'
import type { ChatMessage } from './chat-api.ts'
import { composeThread, headOf, runningTurnOf, type ThreadInput } from './thread.ts'

const conversationId = 'c'
let clock = 0
const message = (id: string, parentId: string | null, role: 'user' | 'assistant', more: Partial<ChatMessage> = {}): ChatMessage => {
  clock += 1
  return {
    id,
    conversationId,
    parentId,
    role,
    text: `text of ${id}`,
    status: 'completed',
    createdAt: new Date(clock).toISOString(),
    ...more,
  }
}
const talk = [message('q1', null, 'user'), message('a1', 'q1', 'assistant'), message('q2', 'a1', 'user'), message('a2', 'q2', 'assistant')]
const question = (parentId: string | null) => ({ text: 'And then?', model: undefined, parentId, createdAt: '' })
const accepted = (turn: LiveTurn, userMessageId: string, assistantMessageId: string) =>
  acceptTurn(turn, { type: 'turn.accepted', turnId: turn.id, conversationId, userMessageId, assistantMessageId })

const compose = (input: Partial<ThreadInput>) => composeThread({ messages: talk, turns: [], questions: {}, choices: {}, ...input })
const ids = (input: Partial<ThreadInput>) => compose(input).map(({ id }) => id)

t.test('stored messages are read in order', async (t) => {
  t.same(ids({}), ['q1', 'a1', 'q2', 'a2'])
  t.equal(headOf(compose({})), 'a2')
})

t.test('a question stands on the screen before the server has it, and keeps its place and key afterwards', async (t) => {
  const sending = newTurn('t', conversationId)
  const questions = { t: question('a2') }
  const before = compose({ turns: [sending], questions })
  t.match(before.at(-2), { role: 'user', text: 'And then?', isPending: true, key: 'question:t' })
  t.match(before.at(-1), { role: 'assistant', phase: 'running', isAccepted: false, text: '', key: 't' })
  t.equal(headOf(before), 'a2', 'the next question hangs on what is stored')
  t.equal(runningTurnOf(before), 't')

  const running = { ...accepted(sending, 'q3', 'a3'), text: 'Then', seq: 3 }
  const after = compose({ turns: [running], questions })
  t.match(after.at(-2), { id: 'q3', isPending: false, key: 'question:t' })
  t.match(after.at(-1), { id: 'a3', text: 'Then', key: 't', phase: 'running', isAccepted: true })

  const messages = [
    ...talk,
    message('q3', 'a2', 'user', { text: 'And then?' }),
    message('a3', 'q3', 'assistant', { turnId: 't', text: 'Then this.' }),
  ]
  const stored = compose({ messages, turns: [{ ...running, phase: 'completed', text: 'Then this.' }], questions })
  t.equal(stored.length, 6, 'nothing is shown twice')
  t.match(stored.at(-1), { key: 't', text: 'Then this.', message: { id: 'a3' } })
})

t.test('the live text of a running answer counts, not the empty stored one', async (t) => {
  const messages = [...talk, message('q3', 'a2', 'user'), message('a3', 'q3', 'assistant', { status: 'running', text: '', turnId: 't' })]
  t.match(compose({ messages }).at(-1), { phase: 'running', turnId: 't', text: '' })
  const turn = { ...accepted(newTurn('t', conversationId), 'q3', 'a3'), text: 'so far' }
  t.match(compose({ messages, turns: [turn] }).at(-1), { phase: 'running', text: 'so far' })
})

t.test('a refused question says why and has no answer', async (t) => {
  const turn = rejectTurn(newTurn('t', conversationId), { code: 'quota_exceeded', message: 'No more today.' })
  const thread = compose({ turns: [turn], questions: { t: question('a2') } })
  t.match(thread.at(-1), { role: 'user', refusal: { code: 'quota_exceeded' }, isPending: false })
  t.equal(runningTurnOf(thread), null)
})

t.test('after a regenerate the newest answer is read, the older ones can be chosen', async (t) => {
  const messages = [...talk, message('a2b', 'q2', 'assistant')]
  t.match(compose({ messages }).at(-1), { id: 'a2b', siblings: { ids: ['a2', 'a2b'], index: 1 } })
  t.match(compose({ messages, choices: { q2: 'a2' } }).at(-1), { id: 'a2', siblings: { index: 0 } })
})

t.test('the branch that was written in last is the one that is read', async (t) => {
  const messages = [...talk, message('a1b', 'q1', 'assistant'), message('q3', 'a2', 'user'), message('a3', 'q3', 'assistant')]
  t.same(ids({ messages }), ['q1', 'a1', 'q2', 'a2', 'q3', 'a3'])
  t.same(ids({ messages, choices: { q1: 'a1b' } }), ['q1', 'a1b'])
})

t.test('an attempt that failed without a word is no alternative to the answer that came after', async (t) => {
  const failed = message('a2', 'q2', 'assistant', { status: 'failed', text: '' })
  const messages = [...talk.slice(0, 3), failed, message('a2b', 'q2', 'assistant')]
  t.match(compose({ messages }).at(-1), { id: 'a2b', siblings: null })
  t.match(compose({ messages: messages.slice(0, 4) }).at(-1), { id: 'a2', phase: 'failed' }, 'alone it is shown')
})

t.test('a first message that was asked in two ways is a fork at the root', async (t) => {
  const messages = [...talk, message('q1b', null, 'user'), message('a1b', 'q1b', 'assistant')]
  t.same(ids({ messages }), ['q1b', 'a1b'])
  t.same(ids({ messages, choices: { '': 'q1' } }), ['q1', 'a1', 'q2', 'a2'])
})
