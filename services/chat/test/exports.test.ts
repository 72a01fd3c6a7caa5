import type { chatApi } from '@parley/contracts'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { numbered, storeBranch, storeConversation } from './stored-conversation.ts'

interface Exported {
  conversation: chatApi.Conversation
  messages: chatApi.ChatMessage[]
}

t.test('Markdown holds the branch that is shown, texts as they are', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const code = '```ts\nconst a = "# no title" // <b>\n```\n\n* * *'
  const { conversationId, ids } = await storeConversation(world.query, {
    ...{ userId: user.userId, texts: ['How?', code], title: 'Übung: 1/2' },
  })
  await storeBranch(world.query, { conversationId, parentId: ids[0] ?? null, depth: 2, text: 'beside' })
  await chat.call('POST', `/api/v1/messages/${ids[1]}/feedback`, user, { value: 1 })
  const { status, headers, text } = await chat.download(`/api/v1/conversations/${conversationId}/export?format=md`, user)
  t.equal(status, 200)
  t.match(headers, {
    'content-type': 'text/markdown; charset=utf-8',
    'content-disposition': `attachment; filename="Ubung 1 2.md"; filename*=UTF-8''%C3%9Cbung%201%202.md`,
  })
  t.equal(
    text,
    [
      '# Übung: 1/2\n',
      '## You\n\n*2026-01-01T00:00:01.000Z*\n\nHow?\n',
      `## Assistant\n\n*gpt-test · 2026-01-01T00:00:02.000Z · rated good*\n\n${code}\n`,
    ].join('\n'),
  )
})

t.test('JSON holds every branch in the shapes of the API, with feedback', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: turn } = await chat.ask(user, { text: 'What is Parley?' })
  await chat.ended(user, turn.turnId)
  const { body: again } = await chat.call<{ turn: chatApi.Turn }>('POST', `/api/v1/messages/${turn.userMessageId}/regenerate`, user, {})
  await chat.ended(user, again.turn.id)
  await chat.call('POST', `/api/v1/messages/${turn.assistantMessageId}/feedback`, user, { value: -1, comment: 'No.' })

  const { headers, text } = await chat.download(`/api/v1/conversations/${turn.conversationId}/export?format=json`, user)
  t.match(headers, { 'content-type': 'application/json; charset=utf-8', 'content-disposition': /filename="What is Parley\.json"/ })
  const { conversation, messages } = JSON.parse(text) as Exported
  t.equal(conversation.id, turn.conversationId)
  t.same(messages, await chat.messages(user, turn.conversationId))
  t.same(
    messages.map(({ parentId }) => parentId),
    [null, turn.userMessageId, turn.userMessageId],
  )
  t.same(messages.find(({ id }) => id === turn.assistantMessageId)?.feedback, { value: -1, comment: 'No.' })
})

t.test('1,000 messages are exported whole and in order', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: numbered(1000) })
  const markdown = await chat.download(`/api/v1/conversations/${conversationId}/export`, user)
  t.same(markdown.text.match(/^Message \d+$/gm), numbered(1000))
  const json = JSON.parse((await chat.download(`/api/v1/conversations/${conversationId}/export?format=json`, user)).text) as Exported
  t.same(
    json.messages.map(({ text }) => text),
    numbered(1000),
  )
})

t.test('an empty conversation is a file too; one of somebody else is none, nor is another format', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId } = await storeConversation(world.query, { userId: user.userId, texts: [], title: 'Empty' })
  const path = `/api/v1/conversations/${conversationId}/export`
  t.equal((await chat.download(path, user)).text, '# Empty\n')
  t.same((JSON.parse((await chat.download(`${path}?format=json`, user)).text) as Exported).messages, [])
  t.match(await chat.call('GET', path, aUser()), { status: 404, body: { code: 'conversation_not_found' } })
  t.match(await chat.call('GET', `${path}?format=pdf`, user), { status: 400, body: { code: 'invalid_request' } })
})
