import { randomUUID } from 'node:crypto'
import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events, Retention } from '@parley/contracts'
import { openPool } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { deleteOldConversations, type RetentionPace } from '../src/retention/delete-old-conversations.ts'
import { createOldConversationStore } from '../src/retention/old-conversations.store.ts'
import { deleteOldConversationsHourly } from '../src/retention/retention.job.ts'
import { createRoundStore } from '../src/retention/rounds.store.ts'
import { aUser, type Chat, startWorld } from './harness.ts'
import { choose, countOf, seed } from './old-conversations.ts'

/** Makes every step a batch of its own. */
const smallSteps: RetentionPace = { users: 1, conversations: 2, messages: 3, pauseMs: 0 }

const storesOf = ({ deps: { prisma } }: Chat, months = 6) => ({
  rounds: createRoundStore(prisma),
  oldConversations: createOldConversationStore(prisma, { months }),
})

/** One round by hand. */
const round = (chat: Chat, { isOrdered = true, pace = smallSteps, signal = new AbortController().signal, onProgress = () => {} } = {}) =>
  deleteOldConversations({ ...storesOf(chat), onProgress, pace }, { owner: randomUUID(), isOrdered, signal })

t.test('B10 a choice is kept as auth last said it, whatever the order of arrival', async (t) => {
  const world = await startWorld(t)
  const { deps } = await world.startChat()
  const [one, other, marker] = [randomUUID(), randomUUID(), randomUUID()]
  const say = (userId: string, retention: Retention, version: bigint) =>
    publishEvent(deps.prisma, events.userPreferencesChanged, {
      aggregateId: userId,
      message: { userId, retention, version, occurredAt: timestampNow() },
    })
  const choiceOf = async (userId: string) =>
    (await world.query<{ choice: string }>('SELECT choice FROM retention_choice WHERE user_id = $1', [userId]))[0]?.choice

  await say(one, Retention.SIX_MONTHS, 2n)
  await waitFor('the choice', () => choiceOf(one))
  await say(one, Retention.KEEP, 1n)
  await say(other, Retention.SIX_MONTHS, 1n)
  await say('nobody in particular', Retention.KEEP, 1n)
  await say(other, Retention.UNSPECIFIED, 9n)
  await waitFor('the other choice', () => choiceOf(other))
  await say(other, Retention.KEEP, 2n)
  await waitFor('the newer choice', async () => (await choiceOf(other)) === 'keep')
  await say(marker, Retention.KEEP, 1n)
  await waitFor('the last one', () => choiceOf(marker))
  await waitFor('all of them to be handled', async () => {
    const consumer = await world.bus.manager.consumers.info('EVENTS', 'chat-retention-choices')
    return consumer.num_ack_pending === 0 && consumer.num_pending === 0
  })
  t.equal(await choiceOf(one), 'six_months', 'the older version changed nothing')
  const dead = await world.query('SELECT consumer FROM messaging.dead_letter')
  t.same(dead, [{ consumer: 'chat-retention-choices' }, { consumer: 'chat-retention-choices' }])
})

t.test('B10 exactly the old conversations of those who chose so are deleted, with everything in them', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const [chosen, second, keeping, silent] = [aUser(), aUser(), aUser(), aUser()]
  await Promise.all([choose(world, chosen), choose(world, second), choose(world, keeping, 'keep')])
  for (const user of [chosen, second, keeping, silent]) {
    await seed(world, user, { conversations: 3, turns: 2, age: '6 months 1 hour' })
    await seed(world, user, { conversations: 1, turns: 2, age: '5 months 27 days' })
  }
  await world.query('UPDATE conversation SET is_pinned = true, is_archived = true WHERE user_id = $1', [second.userId])

  t.match(await round(chat), { users: 2, conversations: 6, messages: 24, isComplete: true })
  for (const user of [chosen, second]) t.equal(await countOf(world, 'conversation', 'user_id = $1', [user.userId]), 1)
  for (const user of [keeping, silent]) t.equal(await countOf(world, 'conversation', 'user_id = $1', [user.userId]), 4)
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message'), await countOf(world, 'turn')], [10, 40, 20])
  t.match(await round(chat), { users: 0, conversations: 0, messages: 0, isComplete: true })
})

t.test('B10 how old is old is configured', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  await choose(world, user)
  await seed(world, user, { conversations: 1, turns: 1, age: '2 months' })
  t.match(await storesOf(chat, 3).oldConversations.count(), { conversations: 0 })
  t.match(await storesOf(chat, 1).oldConversations.count(), { users: 1, conversations: 1, messages: 2 })
})

t.test(
  'B10 a conversation that is being written into is never deleted, nor one whose owner writes or chooses at this moment',
  async (t) => {
    const world = await startWorld(t)
    const chat = await world.startChat()
    const [writing, waiting, asking, choosing] = [aUser(), aUser(), aUser(), aUser()]
    const users = [writing, waiting, asking, choosing]
    for (const user of users) {
      await choose(world, user)
      await seed(world, user, { conversations: 1, turns: 1 })
    }
    await world.query("UPDATE turn SET status = 'running', slot = 1, lease_until = 'infinity' WHERE user_id = $1", [writing.userId])
    await world.query("UPDATE turn SET status = 'queued', slot = 1, lease_until = 'infinity' WHERE user_id = $1", [waiting.userId])
    const other = openPool({ url: world.database.ownerUrl, applicationName: 'test' })
    const client = await other.connect()
    t.teardown(() => other.end())
    await client.query('BEGIN')
    // What a question does first.
    await client.query('SELECT FROM conversation WHERE user_id = $1 FOR UPDATE', [asking.userId])
    await client.query("UPDATE retention_choice SET choice = 'keep', version = 2 WHERE user_id = $1", [choosing.userId])

    t.match(await round(chat), { conversations: 0, isComplete: true })
    await client.query('UPDATE conversation SET last_activity_at = now() WHERE user_id = $1', [asking.userId])
    await client.query('COMMIT')
    client.release()
    t.match(await round(chat), { conversations: 0, isComplete: true })
    t.same([await countOf(world, 'conversation'), await countOf(world, 'message'), await countOf(world, 'turn')], [4, 8, 4])
  },
)

t.test('G-3 from the first moment of its deletion a conversation is gone for its owner, however long the rest takes', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  await choose(world, user)
  await seed(world, user, { conversations: 1, turns: 50 })
  const [{ id } = { id: '' }] = await world.query<{ id: string }>('SELECT id FROM conversation')
  const { oldConversations } = storesOf(chat)
  t.same(await oldConversations.discard([user.userId], 10), [user.userId])
  t.same(await oldConversations.clear({ conversations: 10, messages: 30 }), { conversations: 0, messages: 30 })

  t.equal(await countOf(world, 'message'), 70, 'the rest is still there')
  t.match(await chat.call('GET', `/api/v1/conversations/${id}`, user), { status: 404 })
  t.match(await chat.call('GET', `/api/v1/conversations/${id}/messages`, user), { status: 404 })
  t.match(await chat.call('GET', '/api/v1/conversations', user), { body: { items: [] } })
  t.match(await chat.ask(user, { conversationId: id }), { status: 404, body: { code: 'conversation_not_found' } })
  t.match(await round(chat), { users: 0, conversations: 1, messages: 70, isComplete: true })
  t.equal(await countOf(world, 'turn'), 0)
})

t.test('G-3 it is done once an hour by one replica; a vanished one is followed by another at once', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  await choose(world, user)
  await seed(world, user, { conversations: 3, turns: 2 })
  const { rounds } = storesOf(chat)

  t.equal(await rounds.claim('lost', { isOrdered: false }), true)
  t.equal(await round(chat, { isOrdered: false }), null, 'it has an owner')
  t.equal(await round(chat, { isOrdered: true }), null)
  await world.query("UPDATE retention_round SET lease_until = now() - interval '1 second'")
  const stopping = new AbortController()
  t.match(await round(chat, { isOrdered: false, signal: stopping.signal, onProgress: () => stopping.abort() }), { isComplete: false })
  t.equal(await rounds.keep('lost'), false, 'the former owner is told')
  t.match(await round(chat, { isOrdered: false }), { isComplete: true }, 'what was interrupted is gone on with')
  t.equal(await countOf(world, 'conversation'), 0)
  t.equal(await round(chat, { isOrdered: false }), null, 'not twice within an hour')
  t.match(await round(chat, { isOrdered: true }), { isComplete: true }, 'unless somebody wants it')
  await world.query("UPDATE retention_round SET finished_at = finished_at - interval '1 hour'")
  t.match(await round(chat, { isOrdered: false }), { isComplete: true })
})

t.test('B10 a running service does it by itself', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  await choose(world, user)
  await seed(world, user, { conversations: 2, turns: 2 })
  const logger = createLogger({ name: 'test', level: 'silent' })
  const job = deleteOldConversationsHourly({ ...storesOf(chat), owner: 'one', logger, lookEveryMs: 10 })
  t.teardown(() => job.stop())
  t.ok(await waitFor('the deletion', async () => (await countOf(world, 'conversation')) === 0))
})
