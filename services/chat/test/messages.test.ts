import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('the messages of a conversation are listed oldest first, page by page', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user, { text: 'Question 0' })
  await chat.ended(user, first.turnId)
  for (const number of [1, 2, 3]) {
    const { body } = await chat.ask(user, { conversationId: first.conversationId, text: `Question ${number}` })
    await chat.ended(user, body.turnId)
  }
  const seen: chatApi.ChatMessage[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const path: string = `/api/v1/conversations/${first.conversationId}/messages?limit=3${cursor && `&cursor=${cursor}`}`
    const { body } = await chat.call<{ items: chatApi.ChatMessage[]; nextCursor: string | null }>('GET', path, user)
    seen.push(...body.items)
    cursor = body.nextCursor
  }
  t.same(
    seen.map(({ text }) => text),
    [0, 1, 2, 3].flatMap((number) => [`Question ${number}`, 'Hello there.']),
  )
})

t.test('another answer to the same question stands beside the first', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user)
  await chat.ended(user, first.turnId)

  for (const messageId of [first.assistantMessageId, first.userMessageId]) {
    const path = `/api/v1/messages/${messageId}/regenerate`
    const { status, body } = await chat.call<{ turn: chatApi.Turn }>('POST', path, user, { model: 'claude-test' })
    t.equal(status, 202)
    t.equal(body.turn.userMessageId, first.userMessageId)
    t.equal((await chat.ended(user, body.turn.id)).status, 'completed')
  }
  const messages = await chat.messages(user, first.conversationId)
  t.same(
    messages.map(({ role, parentId }) => [role, parentId]),
    [['user', null], ...Array.from({ length: 3 }, () => ['assistant', first.userMessageId])],
  )
  t.same(
    world.aiRouter.calls.map(({ request }) => request.model),
    ['auto', 'claude-test', 'claude-test'],
  )
  t.same(
    world.aiRouter.calls.map(({ request }) => request.fresh),
    [false, true, true],
    'C6 another answer is asked for, also where one to the same request is kept',
  )
  t.equal(world.usage.asked.length, 3)

  const stranger = aUser()
  const foreign = await chat.call('POST', `/api/v1/messages/${first.userMessageId}/regenerate`, stranger, {})
  t.match(foreign, { status: 404, body: { code: 'message_not_found' } })
})

t.test('C6 an answer for which no model was asked says so, and another one is a try away', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play((call) => {
    call.started()
    call.text('Hello there.')
    call.finished(call.request.fresh ? undefined : { priceId: 'p1', cached: true })
  })
  const { body } = await chat.ask(user)
  await chat.ended(user, body.turnId)
  const path = `/api/v1/messages/${body.userMessageId}/regenerate`
  const { body: again } = await chat.call<{ turn: chatApi.Turn }>('POST', path, user, {})
  await chat.ended(user, again.turn.id)
  const [question, kept, fresh] = await chat.messages(user, body.conversationId)
  t.match(kept, { text: 'Hello there.', cached: true, inputTokens: 0, outputTokens: 0, costUsd: '0.000000' })
  t.match([question?.cached, fresh?.cached], [undefined, undefined])
})

t.test('a question hung on an earlier message makes a branch, and the model sees that branch only', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user, { text: 'root' })
  await chat.ended(user, first.turnId)
  const { conversationId, assistantMessageId: parentId } = first
  for (const text of ['left', 'right']) {
    const answer = await chat.call<{ turn: chatApi.Turn }>('POST', `/api/v1/conversations/${conversationId}/turns`, user, {
      ...{ id: randomUUID(), text, parentId },
    })
    t.equal(answer.status, 202)
    await chat.ended(user, answer.body.turn.id)
  }
  t.same(
    world.aiRouter.calls[2]?.request.messages?.map(({ text }) => text),
    ['root', 'Hello there.', 'right'],
  )
})
