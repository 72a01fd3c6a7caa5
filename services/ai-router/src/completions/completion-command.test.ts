import type { AppError } from '@parley/errors'
import t from 'tap'
import { readCommand } from './completion-command.ts'

const id = '01936f2e-7b1a-7c3d-8e4f-0123456789ab'
const good = {
  callId: id,
  turnId: id,
  userId: id,
  plan: 'free',
  model: 'auto',
  system: 'Answer.',
  messages: [
    { role: 'ROLE_USER', text: 'Hi' },
    { role: 'ROLE_ASSISTANT', text: 'Hello' },
    { role: 'ROLE_USER', text: 'What is Parley?' },
  ],
}

t.test('a request is read with its defaults', async (t) => {
  t.same(readCommand(good), {
    callId: id,
    turnId: id,
    userId: id,
    plan: 'free',
    model: 'auto',
    system: 'Answer.',
    messages: [
      { role: 'user', text: 'Hi' },
      { role: 'assistant', text: 'Hello' },
      { role: 'user', text: 'What is Parley?' },
    ],
    prefill: '',
    maxOutputTokens: 0,
    purpose: 'answer',
  })
})

t.test('B-17 a call that answers nobody says what it is for, and may belong to no turn', async (t) => {
  t.match(readCommand({ ...good, turnId: '', purpose: 'CALL_PURPOSE_TITLE' }), { turnId: '', purpose: 'title' })
  t.match(readCommand({ ...good, purpose: 'CALL_PURPOSE_SUMMARY' }), { turnId: id, purpose: 'summary' })
})

t.test('F-21 a field of a newer chat is passed over', async (t) => {
  t.equal(readCommand({ ...good, temperature: 0.5 }).model, 'auto')
})

t.test('an answer that says nothing is left out of the conversation', async (t) => {
  const [first, , last] = good.messages
  const { messages } = readCommand({ ...good, messages: [first, { role: 'ROLE_ASSISTANT', text: '\n' }, last] })
  t.same(
    messages.map(({ text }) => text),
    ['Hi', 'What is Parley?'],
  )
})

const wrong: [string, unknown, string[]][] = [
  ['no object', 'hello', []],
  ['no body', undefined, []],
  ['a field of another type', { ...good, messages: 'hi' }, []],
  ['a call id that is no UUID', { ...good, callId: '7' }, ['callId']],
  ['an answer to no turn', { ...good, turnId: '' }, ['turnId']],
  ['a title for a turn whose id is none', { ...good, turnId: '7', purpose: 'CALL_PURPOSE_TITLE' }, ['turnId']],
  ['a purpose nobody knows', { ...good, purpose: 99 }, ['purpose']],
  ['an unknown plan', { ...good, plan: 'gold' }, ['plan']],
  ['no messages', { ...good, messages: [] }, ['messages']],
  ['a message without a role', { ...good, messages: [{ text: 'Hi' }, ...good.messages] }, ['messages.0.role']],
  ['an empty message of the user', { ...good, messages: [{ role: 'ROLE_USER', text: ' ' }] }, ['messages.0.text']],
  ['a conversation that ends with the assistant', { ...good, messages: good.messages.slice(0, 2) }, ['messages']],
  ['a negative limit', { ...good, maxOutputTokens: -1 }, ['maxOutputTokens']],
]
for (const [what, body, paths] of wrong) {
  t.test(`${what} is invalid_request`, async (t) => {
    try {
      readCommand(body)
      t.fail('was accepted')
    } catch (error) {
      const { code, errors = [], message } = error as AppError
      t.equal(code, 'invalid_request')
      t.same(
        errors.map(({ path }) => path),
        paths,
      )
      t.notMatch(message, 'Hello', 'no text of a conversation in an error')
    }
  })
}
