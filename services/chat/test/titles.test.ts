import { type chatApi, liveUserSubject, type socketApi } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { byPurpose, saying } from './cheap-calls.ts'
import { aUser, type Chat, startWorld, type World } from './harness.ts'

const startTitledWorld = (t: Parameters<typeof startWorld>[0]) => startWorld(t, { TITLES: 'true' })

const titleCalls = (world: World) => world.aiRouter.calls.filter(({ request }) => request.purpose === 'CALL_PURPOSE_TITLE')

async function find(chat: Chat, user: ReturnType<typeof aUser>, id: string): Promise<chatApi.Conversation> {
  return (await chat.call<{ conversation: chatApi.Conversation }>('GET', `/api/v1/conversations/${id}`, user)).body.conversation
}

/** What the user's open windows hear. */
function listen(world: World, userId: string) {
  const heard: socketApi.ServerMessage[] = []
  world.bus.subscribeLive(liveUserSubject(userId), (bytes) => {
    heard.push(JSON.parse(new TextDecoder().decode(bytes)) as socketApi.ServerMessage)
  })
  return {
    heard,
    updated: (title: string) =>
      waitFor(`the title '${title}'`, () =>
        heard.find((each) => each.type === 'conversation.updated' && each.conversation.title === title),
      ),
  }
}

/** Asks and waits until nothing is left to be done after the turn. */
async function askAndSettle(chat: Chat, user: ReturnType<typeof aUser>, question: Parameters<Chat['ask']>[1] = {}) {
  const { body } = await chat.ask(user, question)
  await chat.deps.running.find(body.turnId)?.done
  await chat.deps.afterTurns.settled()
  return body
}

t.test('B1 after the first answer a cheap model makes the title, on the platform’s account, and all devices show it', async (t) => {
  const world = await startTitledWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const devices = listen(world, user.userId)
  await world.bus.connection.flush()
  world.aiRouter.play(byPurpose({ title: saying('**"Boats and sails."**\n\nA good title.') }))

  const { body } = await chat.ask(user, { text: 'Tell me about boats.\nAnd about sails.' })
  t.match(await devices.updated('Boats and sails'), { conversation: { id: body.conversationId, title: 'Boats and sails' } })
  t.equal((await find(chat, user, body.conversationId)).title, 'Boats and sails')
  const [call] = titleCalls(world)
  t.match(call?.request, {
    userId: user.userId,
    model: 'auto',
    messages: [{ role: 'ROLE_USER', text: /Tell me about boats[\s\S]*An answer\./ }],
  })
  t.notOk(call?.request.turnId, 'no part of the answer’s figures')

  await askAndSettle(chat, user, { conversationId: body.conversationId, text: 'More.' })
  t.equal(titleCalls(world).length, 1, 'once is enough')
})

t.test('B1 a title the user gave is never replaced, given before or while the model thinks', async (t) => {
  const world = await startTitledWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const created = await chat.call<{ conversation: chatApi.Conversation }>('POST', '/api/v1/conversations', user, { title: 'Mine' })
  const given = created.body.conversation.id
  await askAndSettle(chat, user, { conversationId: given })
  t.equal(titleCalls(world).length, 0)

  world.aiRouter.play(
    byPurpose({
      title: async (call) => {
        const [row] = await world.query<{ id: string }>("SELECT id FROM conversation WHERE title = 'Renamed meanwhile?'")
        await chat.call('PATCH', `/api/v1/conversations/${row?.id}`, user, { title: 'Renamed' })
        await saying('From the model')(call)
      },
    }),
  )
  const { conversationId } = await askAndSettle(chat, user, { text: 'Renamed meanwhile?' })
  t.equal(titleCalls(world).length, 1)
  t.equal((await find(chat, user, conversationId)).title, 'Renamed')
})

t.test('B1 the first line stays when the model fails or writes nothing; a failure is tried again at a later turn', async (t) => {
  const world = await startTitledWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({ title: saying(' **""** ') }))
  const empty = await askAndSettle(chat, user, { text: 'First line.\nSecond.' })
  t.equal((await find(chat, user, empty.conversationId)).title, 'First line.')

  world.aiRouter.play(byPurpose({}))
  const failed = await askAndSettle(chat, user, { text: 'No model today?' })
  t.equal((await find(chat, user, failed.conversationId)).title, 'No model today?')
  world.aiRouter.play(byPurpose({ title: saying('Models that are away') }))
  const { conversationId } = failed
  await askAndSettle(chat, user, { conversationId, text: 'At once again?' })
  t.equal((await find(chat, user, conversationId)).title, 'No model today?', 'not at once')
  await world.query('UPDATE chore SET not_before = now()')
  await askAndSettle(chat, user, { conversationId, text: 'And later?' })
  await waitFor('the title', async () => (await find(chat, user, conversationId)).title === 'Models that are away')
})

t.test('B1 two replicas whose answers end together ask for one title', async (t) => {
  const world = await startTitledWorld(t)
  const [one, other] = [await world.startChat(), await world.startChat()]
  const user = aUser()
  const { conversation } = (await one.call<{ conversation: chatApi.Conversation }>('POST', '/api/v1/conversations', user, {})).body
  let open: () => void = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  world.aiRouter.play(
    byPurpose({
      title: async (call) => {
        await gate
        await saying('One title')(call)
      },
    }),
  )
  const turns = await Promise.all([one, other].map((chat) => chat.ask(user, { conversationId: conversation.id })))
  await Promise.all(turns.map(({ body }) => one.ended(user, body.turnId)))
  await waitFor('a title call', () => titleCalls(world)[0])
  for (const { deps } of [one, other]) {
    const chore = { kind: 'title' as const, subjectId: conversation.id, conversationId: conversation.id, userId: user.userId }
    t.equal(await deps.chores.once(chore, async () => t.fail('asked twice')), false)
  }
  open()
  await waitFor('the title', async () => (await find(one, user, conversation.id)).title === 'One title')
  t.equal(titleCalls(world).length, 1)
})

t.test('a title for a conversation that is deleted meanwhile is dropped', async (t) => {
  const world = await startTitledWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(
    byPurpose({
      title: async (call) => {
        const [row] = await world.query<{ id: string }>('SELECT id FROM conversation')
        await chat.call('DELETE', `/api/v1/conversations/${row?.id}`, user)
        await saying('Too late')(call)
      },
    }),
  )
  await chat.ask(user)
  await waitFor('the deletion', async () => titleCalls(world).length === 1 && (await world.query('SELECT FROM conversation')).length === 0)
  world.aiRouter.play(byPurpose({ title: saying('Another') }))
  const { conversationId } = await askAndSettle(chat, user, { text: 'Next one' })
  await waitFor('the next title', async () => (await find(chat, user, conversationId)).title === 'Another')
  t.same(await world.query('SELECT conversation_id AS id FROM chore'), [{ id: conversationId }])
})

t.test('B1 a change by PATCH reaches the user’s other devices', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const devices = listen(world, user.userId)
  await world.bus.connection.flush()
  const { conversation } = (await chat.call<{ conversation: chatApi.Conversation }>('POST', '/api/v1/conversations', user, {})).body
  await chat.call('PATCH', `/api/v1/conversations/${conversation.id}`, user, { title: 'Renamed', pinned: true })
  t.match(await devices.updated('Renamed'), { conversation: { ...conversation, title: 'Renamed', pinned: true } })
})

t.test('operators may switch titles off', async (t) => {
  const world = await startWorld(t, { TITLES: 'false' })
  const chat = await world.startChat()
  const user = aUser()
  const { conversationId } = await askAndSettle(chat, user, { text: 'Only this line' })
  t.equal((await find(chat, user, conversationId)).title, 'Only this line')
  t.equal(world.aiRouter.calls.length, 1)
})

t.test('R-6 when the platform’s spending cap has no room no title is asked for, and the answer is not held up', async (t) => {
  const world = await startTitledWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    // The cap is reached while the answer is being written.
    world.usage.cap('spend_cap_reached')
    await byPurpose({ title: saying('A title') })(call)
  })
  const { conversationId, turnId } = await askAndSettle(chat, user, { text: 'Tell me about boats.' })
  t.equal((await chat.ended(user, turnId)).status, 'completed')
  t.equal(titleCalls(world).length, 0)
  t.equal((await find(chat, user, conversationId)).title, 'Tell me about boats.')

  world.usage.cap(null)
  world.aiRouter.play(byPurpose({ title: saying('A title') }))
  await world.query('UPDATE chore SET not_before = now()')
  await askAndSettle(chat, user, { conversationId, text: 'More.' })
  t.equal(titleCalls(world).length, 1, 'once there is room it is made after all')
  t.match(world.usage.expenses, [{ callId: titleCalls(world)[0]?.request.callId }], 'and what it may cost was held for it')
})
