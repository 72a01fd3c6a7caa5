import t from 'tap'
import { acceptTurn, type LiveTurn, newTurn, rejectTurn } from '../live/turn.ts'
import type { PathMessage } from './chat-api.ts'
import { composeThread, headOf, lastQuestionOf, runningTurnOf, type ThreadInput } from './thread.ts'

const conversationId = 'c'
let clock = 0
const message = (id: string, parentId: string | null, more: Partial<PathMessage> = {}): PathMessage => {
  clock += 1
  return {
    id,
    conversationId,
    parentId,
    role: id.startsWith('q') ? 'user' : 'assistant',
    text: `text of ${id}`,
    status: 'completed',
    createdAt: new Date(clock).toISOString(),
    branchIds: [id],
    ...more,
  }
}
const talk = [message('q1', null), message('a1', 'q1'), message('q2', 'a1'), message('a2', 'q2')]
const whole = (messages: PathMessage[]) => ({ messages, olderCursor: null, newerCursor: null })
const question = (parentId: string | null) => ({ text: 'And then?', model: undefined, parentId, createdAt: '' })
const accepted = (turn: LiveTurn, userMessageId: string, assistantMessageId: string) =>
  acceptTurn(turn, { turnId: turn.id, conversationId, userMessageId, assistantMessageId })
const completed = (turn: LiveTurn, text: string): LiveTurn => ({ ...turn, phase: 'completed', text })

const compose = (input: Partial<ThreadInput>) => composeThread({ path: whole(talk), turns: [], questions: {}, ...input })
const ids = (input: Partial<ThreadInput>) => compose(input).map(({ id }) => id)

t.test('stored messages are read in order', async (t) => {
  t.same(ids({}), ['q1', 'a1', 'q2', 'a2'])
  t.equal(headOf(compose({})), 'a2')
  t.equal(lastQuestionOf(compose({})), 'q2')
})

t.test('a word more of the last answer makes no new items of the others', async (t) => {
  const turn = accepted(newTurn('t', conversationId), 'q3', 'a3')
  const questions = { t: question('a2') }
  const before = compose({ turns: [{ ...turn, text: 'a' }], questions })
  const after = compose({ turns: [{ ...turn, text: 'ab' }], questions })
  t.equal(after.length, 6)
  for (const place of [0, 1, 2, 3]) t.equal(after[place], before[place])
})

t.test('a question stands on the screen before the server has it, and keeps its place and key afterwards', async (t) => {
  const sending = newTurn('t', conversationId)
  const questions = { t: question('a2') }
  const before = compose({ turns: [sending], questions })
  t.match(before.at(-2), { role: 'user', text: 'And then?', isPending: true, key: 'question:t' })
  t.match(before.at(-1), { role: 'assistant', phase: 'running', isAccepted: false, text: '', key: 't' })
  t.equal(headOf(before), 'a2', 'the next question hangs on what is stored')
  t.equal(lastQuestionOf(before), 'q2', 'what is not stored cannot be edited')
  t.equal(runningTurnOf(before), 't')

  const running = { ...accepted(sending, 'q3', 'a3'), text: 'Then', seq: 3 }
  const after = compose({ turns: [running], questions })
  t.match(after.at(-2), { id: 'q3', isPending: false, key: 'question:t' })
  t.match(after.at(-1), { id: 'a3', text: 'Then', key: 't', phase: 'running', isAccepted: true })

  const path = whole([...talk, message('q3', 'a2', { text: 'And then?' }), message('a3', 'q3', { turnId: 't', text: 'Then this.' })])
  const stored = compose({ path, turns: [completed(running, 'Then this.')], questions })
  t.equal(stored.length, 6, 'nothing is shown twice')
  t.match(stored.at(-2), { id: 'q3', key: 'question:t' })
  t.match(stored.at(-1), { key: 't', text: 'Then this.', message: { id: 'a3' } })
})

t.test('the live text of a running answer counts, not the empty stored one', async (t) => {
  const path = whole([...talk, message('q3', 'a2'), message('a3', 'q3', { status: 'running', text: '', turnId: 't' })])
  t.match(compose({ path }).at(-1), { phase: 'running', turnId: 't', text: '' })
  const turn = { ...accepted(newTurn('t', conversationId), 'q3', 'a3'), text: 'so far' }
  t.match(compose({ path, turns: [turn] }).at(-1), { phase: 'running', text: 'so far' })
})

t.test('why an answer failed is shown, though it is not stored', async (t) => {
  const error = { code: 'service_busy', message: 'Busy.', retryAfter: 5 }
  const path = whole([...talk, message('q3', 'a2'), message('a3', 'q3', { status: 'failed', text: '', turnId: 't' })])
  const turn: LiveTurn = { ...accepted(newTurn('t', conversationId), 'q3', 'a3'), phase: 'failed', error }
  t.match(compose({ path, turns: [turn] }).at(-1), { phase: 'failed', error })
})

t.test('a refused question says why and has no answer', async (t) => {
  const turn = rejectTurn(newTurn('t', conversationId), { code: 'quota_exceeded', message: 'No more today.' })
  const thread = compose({ turns: [turn], questions: { t: question('a2') } })
  t.match(thread.at(-1), { role: 'user', refusal: { code: 'quota_exceeded' }, isPending: false })
  t.equal(runningTurnOf(thread), null)
})

t.test('an answer that another device asked for is shown once its question is read, and not before', async (t) => {
  const turn = { ...accepted(newTurn('t', conversationId), 'q3', 'a3'), text: 'so far' }
  t.same(ids({ turns: [turn] }), ['q1', 'a1', 'q2', 'a2'])
  const path = whole([...talk, message('q3', 'a2'), message('a3', 'q3', { status: 'running', text: '', turnId: 't' })])
  t.match(compose({ path, turns: [turn] }).slice(-2), [{ id: 'q3' }, { id: 'a3', text: 'so far' }])
})

t.test('stored versions of a message can be chosen', async (t) => {
  const path = whole([...talk.slice(0, 3), message('a2b', 'q2', { branchIds: ['a2', 'a2b'] })])
  t.match(compose({ path }).at(-1), { id: 'a2b', siblings: { ids: ['a2', 'a2b'], index: 1 } })
})

t.test('an answer made anew takes the place of the old one at once', async (t) => {
  const turn = accepted(newTurn('t', conversationId), 'q2', 'a2b')
  const thread = compose({ turns: [turn] })
  t.same(
    thread.map(({ id }) => id),
    ['q1', 'a1', 'q2', 'a2b'],
  )
  t.match(thread.at(-1), { phase: 'running', siblings: { ids: ['a2', 'a2b'], index: 1 } })
})

t.test('an edited question takes the place of the old one and all that came after', async (t) => {
  const turn = accepted(newTurn('t', conversationId), 'q1b', 'a1b')
  const thread = compose({ turns: [turn], questions: { t: question(null) } })
  t.same(
    thread.map(({ id }) => id),
    ['q1b', 'a1b'],
  )
  t.match(thread[0], { siblings: { ids: ['q1', 'q1b'], index: 1 } })
})

t.test('whoever goes back to the old branch reads it, though the new one was written here', async (t) => {
  const branchIds = ['q1', 'q1b']
  const path = whole([message('q1', null, { branchIds }), ...talk.slice(1)])
  const turn = completed(accepted(newTurn('t', conversationId), 'q1b', 'a1b'), 'New.')
  t.same(ids({ path, turns: [turn], questions: { t: question(null) } }), ['q1', 'a1', 'q2', 'a2'])

  const answerIds = ['a2', 'a2b']
  const anew = completed(accepted(newTurn('u', conversationId), 'q2', 'a2b'), 'New.')
  const back = whole([...talk.slice(0, 3), message('a2', 'q2', { branchIds: answerIds })])
  t.same(ids({ path: back, turns: [anew] }), ['q1', 'a1', 'q2', 'a2'])
})

t.test('what began further back than was read changes nothing', async (t) => {
  const path = { messages: talk.slice(2), olderCursor: 'more', newerCursor: null }
  const atRoot = completed(accepted(newTurn('t', conversationId), 'q1b', 'a1b'), 'Old.')
  const inTheMiddle = completed(accepted(newTurn('u', conversationId), 'q1c', 'a1c'), 'Old.')
  t.same(ids({ path, turns: [atRoot, inTheMiddle], questions: { t: question(null), u: question('a0') } }), ['q2', 'a2'])
})
