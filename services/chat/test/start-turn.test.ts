import { randomUUID } from 'node:crypto'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'

t.test('a question makes a conversation, is answered, and the answer is stored with its figures', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()

  const accepted = await chat.ask(user, { text: 'What is Parley?\nIn short.', model: 'gpt-test' })
  t.equal(accepted.status, 202)
  const turn = await chat.ended(user, accepted.body.turnId)
  t.match(turn, { status: 'completed', text: 'Hello there.', conversationId: accepted.body.conversationId })

  const [question, answer] = await chat.messages(user, turn.conversationId)
  t.match(question, { id: accepted.body.userMessageId, role: 'user', parentId: null, text: 'What is Parley?\nIn short.' })
  t.match(answer, {
    id: accepted.body.assistantMessageId,
    role: 'assistant',
    parentId: question?.id,
    status: 'completed',
    ...{ text: 'Hello there.', model: 'gpt-test', provider: 'openai', inputTokens: 10, outputTokens: 5, costUsd: '0.001234' },
    turnId: turn.id,
  })
  t.ok(Number.isInteger(answer?.latencyMs))

  const { body } = await chat.call<{ conversation: object }>('GET', `/api/v1/conversations/${turn.conversationId}`, user)
  t.match(body.conversation, { title: 'What is Parley?', model: 'gpt-test' })
  const [completed] = await world.eventsOf(turn.id)
  t.match(completed, {
    subject: 'evt.chat.turn.completed.v1',
    payload: {
      turnId: turn.id,
      userId: user.userId,
      assistantMessageId: answer?.id,
      inputTokens: '10',
      outputTokens: '5',
      costMicroUsd: '1234',
    },
  })
})

t.test('the same question sent 30 times at once is one turn, one reservation and one call', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const id = randomUUID()

  const answers = await Promise.all(Array.from({ length: 30 }, () => chat.ask(user, { id, text: 'Once, please.' })))
  t.ok(answers.every(({ status }) => status === 202))
  t.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1)
  await chat.ended(user, id)
  t.same(await world.query('SELECT count(*)::integer AS turns FROM turn'), [{ turns: 1 }])
  t.same(await world.query('SELECT count(*)::integer AS messages FROM message'), [{ messages: 2 }])
  t.equal(new Set(world.usage.asked.map(({ turnId }) => turnId)).size, 1)
  t.equal(world.aiRouter.calls.length, 1)

  const late = await chat.ask(user, { id, text: 'Once, please.' })
  t.same(late.body, answers[0]?.body)
})

t.test('F-8 the model is asked while the disk writes; nothing is accepted or shown before a crash could not take it back', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const { turns } = chat.deps
  const disk = Promise.withResolvers<void>()
  const untilDurable = turns.untilDurable
  turns.untilDurable = async () => {
    await disk.promise
    await untilDurable()
  }
  const user = aUser()
  const id = randomUUID()
  const reader = world.follow(id)
  const asked = chat.ask(user, { id })
  const again = chat.ask(user, { id })
  let isAccepted = false
  for (const one of [asked, again]) void one.then(() => (isAccepted = true))

  await waitFor('the answer to be stored', async () => (await turns.find(id))?.text === 'Hello there.')
  await world.bus.flush()
  t.same(reader.frames, [])
  t.notOk(isAccepted)

  disk.resolve()
  t.match(await asked, { status: 202, body: { turnId: id } })
  t.match(await again, { status: 202, body: { turnId: id } })
  await reader.untilLast()
  t.equal(reader.text(), 'Hello there.')
  t.same(reader.disorder(), [])
})

t.test(
  'F-8 a start whose commit cannot be confirmed is refused, and what is there of it is answered once, by another attempt',
  async (t) => {
    const world = await startWorld(t)
    const chat = await world.startChat({ leaseMs: 600 })
    const { turns } = chat.deps
    const untilDurable = turns.untilDurable
    turns.untilDurable = async () => {
      await waitFor('the model to be asked', () => world.aiRouter.calls.length === 1)
      throw Object.assign(new Error('the server is gone'), { code: 'ECONNRESET' })
    }
    const firstCall = Promise.withResolvers<void>()
    world.aiRouter.play(async (call) => {
      if (world.aiRouter.calls.length === 1) {
        await call.gone
        return firstCall.resolve()
      }
      call.started()
      call.text('Here it is.')
      call.finished()
    })
    const user = aUser()
    const id = randomUUID()
    const reader = world.follow(id)
    t.match(await chat.ask(user, { id }), { status: 503, body: { code: 'service_busy' } })
    turns.untilDurable = untilDurable
    await firstCall.promise

    t.match(await chat.ask(user, { id }), { status: 202, body: { turnId: id } }, 'whoever asks again gets it')
    await reader.untilLast()
    t.equal(reader.text(), 'Here it is.')
    t.same(reader.disorder(), [])
    t.match(await chat.ended(user, id), { status: 'completed' })
    t.equal((await world.eventsOf(id)).filter(({ subject }) => subject === 'evt.chat.turn.completed.v1').length, 1)
  },
)

t.test('what is wrong with a question is said with its documented code, and nothing is kept of it', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const stranger = aUser()
  const { body: first } = await chat.ask(user, { text: 'First.' })
  await chat.ended(user, first.turnId)

  const refused = async (expected: [number, string], question: Parameters<typeof chat.ask>[1], who = user) => {
    const { status, body } = await chat.ask(who, question)
    t.match({ status, body }, { status: expected[0], body: { code: expected[1] } })
    return body as unknown as { detail: string }
  }
  await refused([409, 'turn_conflict'], { id: first.turnId, text: 'Another text.' })
  await refused([409, 'turn_conflict'], { id: first.turnId, text: 'First.' }, stranger)
  await refused([404, 'conversation_not_found'], { conversationId: first.conversationId }, stranger)
  await refused([404, 'conversation_not_found'], { conversationId: randomUUID() })
  await refused([404, 'message_not_found'], { conversationId: first.conversationId, parentId: randomUUID() })
  await refused([400, 'invalid_request'], { text: ' \n ' })
  await refused([400, 'invalid_request'], { text: 'a\0b' })
  const { detail } = await refused([400, 'message_too_long'], { text: '😀'.repeat(5001) })
  t.match(detail, /5001 characters, 5000 are allowed/)

  const givenBack = await world.query<{ id: string }>(
    `SELECT payload ->> 'turnId' AS id FROM messaging.outbox WHERE subject = 'evt.chat.turn.failed.v1'`,
  )
  const taken = new Set(world.usage.asked.map(({ turnId }) => turnId))
  for (const { id } of givenBack) taken.delete(id)
  t.same([...taken], [first.turnId], 'what was taken for a question that is not asked is given back')
  t.same(await world.query('SELECT count(*)::integer AS messages FROM message'), [{ messages: 2 }])
  t.equal((await chat.ask(user, { text: '😀'.repeat(5000) })).status, 202)
})

t.test('two questions sent at once into one conversation stand one after the other', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user)
  await chat.ended(user, first.turnId)

  const { conversationId } = first
  const both = await Promise.all([chat.ask(user, { conversationId, text: 'one' }), chat.ask(user, { conversationId, text: 'two' })])
  await Promise.all(both.map(({ body }) => chat.ended(user, body.turnId)))
  const messages = await chat.messages(user, conversationId)
  t.equal(messages.length, 6)
  t.same(
    messages.map(({ parentId }) => parentId),
    [null, ...messages.slice(0, -1).map(({ id }) => id)],
  )
})

t.test('the model is shown the conversation so far, the system prompt stands apart', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const created = await chat.call<{ conversation: { id: string } }>('POST', '/api/v1/conversations', user, { systemPrompt: 'Be brief.' })
  const conversationId = created.body.conversation.id
  for (const text of ['one', 'two']) {
    const { body } = await chat.ask(user, { conversationId, text })
    await chat.ended(user, body.turnId)
  }
  const request = await waitFor('the second call', () => world.aiRouter.calls[1]?.request)
  t.notMatch(request.system, /brief/)
  t.same(
    request.messages?.map(({ role }) => role),
    ['ROLE_USER', 'ROLE_ASSISTANT', 'ROLE_USER'],
  )
  t.match(request.messages?.[0]?.text, /Be brief\.[\s\S]*\n\none$/)
  t.match(request, { userId: user.userId, plan: 'free', model: 'auto' })
  t.equal(request.messages?.[2]?.text, 'two')
})
