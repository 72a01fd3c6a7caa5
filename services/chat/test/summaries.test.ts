import { randomUUID } from 'node:crypto'
import { broadcasts } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { byPurpose, saying } from './cheap-calls.ts'
import type { FakeCall } from './fake-ai-router.ts'
import { aUser, type Chat, startWorld, type World } from './harness.ts'

type User = ReturnType<typeof aUser>

const startSummarisingWorld = (t: Parameters<typeof startWorld>[0], settings = {}) => startWorld(t, { SUMMARIES: 'true', ...settings })
const callsFor = (world: World, purpose: string): FakeCall[] => world.aiRouter.calls.filter(({ request }) => request.purpose === purpose)
const summaryCalls = (world: World) => callsFor(world, 'CALL_PURPOSE_SUMMARY')
const summariesOf = (world: World) =>
  world.query<{ text: string; depth: number }>(
    'SELECT s.text, m.depth FROM summary s JOIN message m ON m.id = s.message_id ORDER BY m.depth',
  )

/** A conversation of so many messages, written straight into the database. */
async function aConversation(
  world: World,
  user: User,
  messages: number,
  text = 'said before',
): Promise<{ id: string; messageIds: string[] }> {
  const id = randomUUID()
  const messageIds = Array.from({ length: messages }, () => randomUUID())
  await world.query('INSERT INTO conversation (id, user_id, title, head_message_id, path_length) VALUES ($1, $2, $3, $4, $5)', [
    ...[id, user.userId, 'Long', messageIds.at(-1), messages],
  ])
  await world.query(
    `INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status)
     SELECT ids[i], $2, ids[i - 1], i, CASE WHEN i % 2 = 1 THEN 'user' ELSE 'assistant' END, i || ' ' || $3, 'completed'
     FROM (SELECT $1::uuid[] AS ids) AS list, generate_series(1, $4) AS i`,
    [messageIds, id, text, messages],
  )
  return { id, messageIds }
}

/** Asks and gives the texts the model was shown. */
async function shownFor(world: World, chat: Chat, user: User, question: NonNullable<Parameters<Chat['ask']>[1]>): Promise<string[]> {
  const before = callsFor(world, 'CALL_PURPOSE_ANSWER').length
  const { body } = await chat.ask(user, question)
  await chat.ended(user, body.turnId)
  return callsFor(world, 'CALL_PURPOSE_ANSWER')[before]?.request.messages?.map(({ text }) => text ?? '') ?? []
}

t.test('B5 what falls out of the window is summarised behind the turn, and opens the conversation from then on', async (t) => {
  const world = await startSummarisingWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({ summary: saying('We spoke of boats.') }))
  const { id: conversationId } = await aConversation(world, user, 18)

  t.equal((await shownFor(world, chat, user, { conversationId, text: 'now' })).length, 19)
  await waitFor('the summary', async () => (await summariesOf(world)).length === 1)
  t.same(await summariesOf(world), [{ text: 'We spoke of boats.', depth: 10 }])
  const [call] = summaryCalls(world)
  t.match(call?.request, {
    userId: user.userId,
    model: 'auto',
    messages: [{ text: /^<conversation>\n<user>\n1 said before[\s\S]*10 said before/ }],
  })
  t.notOk(call?.request.turnId)
  t.notMatch(call?.request.messages?.[0]?.text, '11 said before')

  const shown = await shownFor(world, chat, user, { conversationId, text: 'and now' })
  t.equal(shown.length, 11)
  t.match(shown[0], /^<summary_of_our_conversation_so_far>\nWe spoke of boats\.\n[\s\S]*\n11 said before$/)
  t.notMatch(callsFor(world, 'CALL_PURPOSE_ANSWER')[1]?.request.system, /boats/)
})

t.test('B5 each summary is made of the one before it and the messages since; branches share it', async (t) => {
  const world = await startSummarisingWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  let made = 0
  world.aiRouter.play(byPurpose({ summary: (call) => saying(`summary ${++made}`)(call) }))
  const { id: conversationId } = await aConversation(world, user, 18)
  for (let index = 0; index < 6; index += 1) {
    await shownFor(world, chat, user, { conversationId, text: `question ${index}` })
    if (index === 0) await waitFor('the first summary', async () => (await summariesOf(world)).length === 1)
  }
  await waitFor('the second summary', async () => (await summariesOf(world)).length === 2)
  t.same(await summariesOf(world), [
    { text: 'summary 1', depth: 10 },
    { text: 'summary 2', depth: 20 },
  ])
  const second = summaryCalls(world)[1]?.request.messages?.[0]?.text
  t.match(second, /^<summary_so_far>\nsummary 1\n<\/summary_so_far>\n\n<conversation>\n<user>\n11 said before/)

  const atDepth = async (depth: number) =>
    (await world.query<{ id: string }>('SELECT id FROM message WHERE conversation_id = $1 AND depth = $2', [conversationId, depth]))[0]?.id
  const branched = await shownFor(world, chat, user, { conversationId, text: 'another way', parentId: await atDepth(14) })
  t.match(branched[0], /summary 1/)
  t.equal(branched.length, 9, 'the newest ten, an answer cannot come first')
  const anew = await shownFor(world, chat, user, { conversationId, text: 'from the start', parentId: await atDepth(8) })
  t.notMatch(anew[0], /summary/)
})

t.test('B5 a turn does not wait for a summary that is not there yet, and what failed is made at a later turn', async (t) => {
  const world = await startSummarisingWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(byPurpose({}))
  const { id: conversationId } = await aConversation(world, user, 30)
  t.equal((await shownFor(world, chat, user, { conversationId, text: 'one' })).length, 19)
  await chat.deps.afterTurns.settled()
  t.match(await world.query('SELECT attempts, done_at FROM chore'), [{ attempts: 1, done_at: null }])
  t.same(await summariesOf(world), [])

  world.aiRouter.play(byPurpose({ summary: saying('late but there') }))
  await shownFor(world, chat, user, { conversationId, text: 'two' })
  await waitFor('the summary', async () => (await summariesOf(world)).length === 1)
  t.equal((await summariesOf(world))[0]?.text, 'late but there')
})

t.test('a claim that is not heard of any more is taken by whoever comes next, and what is done is not done again', async (t) => {
  const world = await startWorld(t)
  const [one, other] = [await world.startChat(), await world.startChat()]
  const user = aUser()
  const { id: conversationId, messageIds } = await aConversation(world, user, 2)
  const chore = { kind: 'summary' as const, subjectId: messageIds[1] ?? '', conversationId, userId: user.userId }
  let release: () => void = () => {}
  const held = one.deps.chores.once(chore, () => new Promise<void>((resolve) => (release = resolve)))
  await waitFor('the claim', async () => (await world.query('SELECT FROM chore')).length === 1)
  t.equal(await other.deps.chores.once(chore, async () => t.fail('claimed twice')), false)
  await world.query('UPDATE chore SET not_before = now()')
  t.equal(await other.deps.chores.once(chore, async () => {}), true)
  release()
  await held
  await world.query('UPDATE chore SET not_before = now()')
  t.equal(await one.deps.chores.once(chore, async () => t.fail('done twice')), false)
})

t.test('nothing is summarised of a conversation that is gone, and a summary that comes too late is dropped', async (t) => {
  const world = await startSummarisingWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { id: conversationId } = await aConversation(world, user, 30)
  world.aiRouter.play(
    byPurpose({
      summary: async (call) => {
        await chat.call('DELETE', `/api/v1/conversations/${conversationId}`, user)
        await saying('too late')(call)
      },
    }),
  )
  await chat.ask(user, { conversationId, text: 'one' })
  await waitFor(
    'the deletion',
    async () => summaryCalls(world).length === 1 && (await world.query('SELECT FROM conversation')).length === 0,
  )
  const chore = { kind: 'summary' as const, subjectId: randomUUID(), conversationId, userId: user.userId }
  t.equal(await chat.deps.chores.once(chore, async () => t.fail('of a conversation that is gone')), false)
  await chat.close()
  t.same(await summariesOf(world), [])
})

t.test(
  'B5 the window is that of the model: what does not fit a small one is left out, and the catalogue is never waited for',
  async (t) => {
    const world = await startWorld(t)
    const chat = await world.startChat()
    const user = aUser()
    const { id: conversationId } = await aConversation(world, user, 18, 'many words '.repeat(400))
    const unknown = await shownFor(world, chat, user, { conversationId, text: 'with a conservative guess' })
    t.ok(unknown.length > 1 && unknown.length < 19, 'the ai-router cannot say')

    const [small, large] = [
      { id: 'small', contextWindow: 4_000, available: true },
      { id: 'large', contextWindow: 400_000, available: true },
    ]
    world.aiRouter.list([small, large, { id: 'off', contextWindow: 10, available: false }])
    world.bus.broadcast(broadcasts.catalogueChanged)
    await waitFor('the catalogue', () => chat.deps.windows.windowOf('large') === 400_000)
    t.equal(chat.deps.windows.windowOf('auto'), 4_000, 'the smallest that is available')
    t.ok((await shownFor(world, chat, user, { conversationId, text: 'large', model: 'large' })).length >= 18)
    t.equal((await shownFor(world, chat, user, { conversationId, text: 'auto', model: 'auto' })).length < unknown.length, true)

    const before = world.aiRouter.calls.length
    await shownFor(world, chat, user, { conversationId, text: 'again', model: 'large' })
    t.equal(world.aiRouter.calls.length, before + 1)
  },
)
