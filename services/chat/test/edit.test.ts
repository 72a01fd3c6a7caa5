import type { chatApi } from '@parley/contracts'
import t from 'tap'
import { aUser, type Chat, startWorld } from './harness.ts'

const edit = (chat: Chat, user: ReturnType<typeof aUser>, messageId: string, body: object) =>
  chat.call<{ turn: chatApi.Turn; code: string }>('POST', `/api/v1/messages/${messageId}/edit`, user, body)

t.test('B1 an edited question is a branch beside the old one, with an answer of its own; what was there stays', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user, { text: 'First' })
  await chat.ended(user, first.turnId)
  const { body: second } = await chat.ask(user, { text: 'Secnod', conversationId: first.conversationId })
  await chat.ended(user, second.turnId)

  const edited = await edit(chat, user, second.userMessageId, { text: 'Second' })
  t.equal(edited.status, 202)
  const { turn } = edited.body
  t.match(await chat.ended(user, turn.id), { status: 'completed', text: 'Hello there.' })
  const call = world.aiRouter.calls.at(-1)
  t.same(
    call?.request.messages?.map(({ text }) => text),
    ['First', 'Hello there.', 'Second'],
    'the model reads the branch, not the question that was replaced',
  )
  const messages = await chat.messages(user, first.conversationId)
  t.equal(messages.length, 6)
  t.match(
    messages.find(({ id }) => id === turn.userMessageId),
    { text: 'Second', parentId: first.assistantMessageId },
  )
  t.match(
    messages.find(({ id }) => id === second.userMessageId),
    { text: 'Secnod', parentId: first.assistantMessageId },
  )
})

t.test('B1 the first question of a conversation can be edited as well', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body } = await chat.ask(user, { text: 'Frist' })
  await chat.ended(user, body.turnId)
  const { turn } = (await edit(chat, user, body.userMessageId, { text: 'First' })).body
  await chat.ended(user, turn.id)
  t.same(
    (await chat.messages(user, body.conversationId)).filter(({ parentId }) => parentId === null).map(({ text }) => text),
    ['Frist', 'First'],
  )
  t.match(await chat.call('GET', `/api/v1/conversations/${body.conversationId}`, user), {
    body: { conversation: { headMessageId: turn.assistantMessageId, pathLength: 2 } },
  })
})

t.test('A-23 what cannot be edited is refused clearly', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body } = await chat.ask(user)
  await chat.ended(user, body.turnId)
  t.match(await edit(chat, user, body.assistantMessageId, { text: 'x' }), { status: 404, body: { code: 'message_not_found' } }, 'an answer')
  t.match(
    await edit(chat, aUser(), body.userMessageId, { text: 'x' }),
    { status: 404, body: { code: 'message_not_found' } },
    'a stranger’s',
  )
  t.match(await edit(chat, user, body.userMessageId, { text: 'x'.repeat(5001) }), { status: 400, body: { code: 'message_too_long' } })
  t.match(await edit(chat, user, body.userMessageId, { text: ' ' }), { status: 400, body: { code: 'invalid_request' } })
  t.equal((await chat.messages(user, body.conversationId)).length, 2, 'nothing was written')
})
