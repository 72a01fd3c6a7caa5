import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { storeConversation } from './stored-conversation.ts'

t.test('feedback is kept with the answer, replaced by newer feedback and withdrawn', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: turn } = await chat.ask(user)
  await chat.ended(user, turn.turnId)
  const path = `/api/v1/messages/${turn.assistantMessageId}/feedback`
  const shown = async () => {
    const [question, answer] = await chat.messages(user, turn.conversationId)
    const { body } = await chat.call<{ items: chatApi.PathMessage[] }>('GET', `/api/v1/conversations/${turn.conversationId}/path`, user)
    t.equal(question?.feedback, undefined)
    t.same(body.items[1]?.feedback, answer?.feedback)
    t.same((await chat.turn(user, turn.turnId)).message?.feedback, answer?.feedback)
    return answer?.feedback
  }
  t.equal(await shown(), undefined)
  t.equal((await chat.call('POST', path, user, { value: -1, comment: ' Not true. ' })).status, 204)
  t.same(await shown(), { value: -1, comment: 'Not true.' })
  t.equal((await chat.call('POST', path, user, { value: 1 })).status, 204)
  t.same(await shown(), { value: 1, comment: null })
  for (const time of ['first', 'second']) t.equal((await chat.call('DELETE', path, user)).status, 204, time)
  t.equal(await shown(), undefined)

  await chat.call('POST', path, user, { value: 1, comment: '' })
  t.same(await shown(), { value: 1, comment: null })
  await chat.call('DELETE', `/api/v1/conversations/${turn.conversationId}`, user)
  t.same(await world.query('SELECT * FROM message_feedback'), [])
})

t.test('only answers are rated, and only by the one they were written for', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { ids } = await storeConversation(world.query, { userId: user.userId, texts: ['Question', 'Answer'] })
  const cases = [
    { id: ids[0], by: user },
    { id: ids[1], by: aUser() },
    { id: randomUUID(), by: user },
  ]
  for (const { id, by } of cases) {
    const path = `/api/v1/messages/${id}/feedback`
    t.match(await chat.call('POST', path, by, { value: 1 }), { status: 404, body: { code: 'message_not_found' } })
    t.match(await chat.call('DELETE', path, by), { status: 404, body: { code: 'message_not_found' } })
  }
  for (const body of [
    {},
    { value: 0 },
    { value: 2 },
    { value: '1' },
    { value: 1, comment: 'x'.repeat(2001) },
    { value: 1, comment: 'a\0b' },
  ]) {
    const answer = await chat.call('POST', `/api/v1/messages/${ids[1]}/feedback`, user, body)
    t.match(answer, { status: 400, body: { code: 'invalid_request' } }, JSON.stringify(body).slice(0, 60))
  }
  t.same(await world.query('SELECT * FROM message_feedback'), [])
})
