import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events, Retention } from '@parley/contracts'
import { openPool } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { deleteOldConversations, type RetentionPace } from '../src/retention/delete-old-conversations.ts'
import { createOldConversationStore } from '../src/retention/old-conversations.store.ts'
import { deleteOldConversationsHourly } from '../src/retention/retention.job.ts'
import { createRoundStore } from '../src/retention/rounds.store.ts'
import { aUser, type Chat, startWorld, type World } from './harness.ts'

/** Makes every step a batch of its own. */
const smallSteps: RetentionPace = { users: 1, conversations: 2, messages: 3, pauseMs: 0 }

/** Conversations with `turns` answered questions each, one below the other, last active `age` ago. */
async function seed(
  world: World,
  user: Principal,
  { conversations, turns, age = '7 months' }: { conversations: number; turns: number; age?: string },
): Promise<void> {
  await world.query(
    `WITH made AS (
       INSERT INTO conversation (id, user_id, title, path_length, created_at, last_activity_at)
       SELECT gen_random_uuid(), $1::uuid, 'Old', 2 * $3::integer, now() - interval '2 years', now() - $4::interval FROM generate_series(1, $2::integer)
       RETURNING id
     ), pair AS MATERIALIZED (
       SELECT made.id AS conversation_id, place, gen_random_uuid() AS question, gen_random_uuid() AS answer
       FROM made CROSS JOIN generate_series(1, $3::integer) AS place
     ), placed AS MATERIALIZED (
       SELECT *, lag(answer) OVER (PARTITION BY conversation_id ORDER BY place) AS parent FROM pair
     ), written AS (
       INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status)
       SELECT question, conversation_id, parent, 2 * place - 1, 'user', 'Why?', 'completed' FROM placed
       UNION ALL
       SELECT answer, conversation_id, question, 2 * place, 'assistant', 'Because.', 'completed' FROM placed
     )
     INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model, status, lease_until, ended_at)
     SELECT gen_random_uuid(), $1::uuid, conversation_id, question, answer, '', 'free', 'auto', 'completed', now(), now() FROM placed`,
    [user.userId, conversations, turns, age],
  )
}

const choose = (world: World, user: Principal, choice = 'six_months') =>
  world.query('INSERT INTO retention_choice (user_id, choice, version) VALUES ($1, $2, 1)', [user.userId, choice])

async function countOf(world: World, table: 'conversation' | 'message' | 'turn', where = 'true', values: unknown[] = []): Promise<number> {
  const [row] = await world.query<{ count: number }>(`SELECT count(*)::integer FROM ${table} WHERE ${where}`, values)
  return row?.count ?? -1
}

const storesOf = ({ deps: { prisma } }: Chat, months = 6) => ({
  rounds: createRoundStore(prisma),
  oldConversations: createOldConversationStore(prisma, { months }),
})

/** One round by hand. */
const round = (chat: Chat, { isOrdered = true, pace = smallSteps, signal = new AbortController().signal, onProgress = () => {} } = {}) =>
  deleteOldConversations({ ...storesOf(chat), onProgress, pace }, { owner: randomUUID(), isOrdered, signal })

/** `npm run retention`, as an operator does. */
function retentionCommand(world: World, ...flags: string[]) {
  const child = spawn(process.execPath, ['src/retention.main.ts', ...flags], {
    cwd: join(import.meta.dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, DATABASE_URL: world.database.url },
  })
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString()
  })
  const ended = once(child, 'close').then(([code]: (number | null)[]) => ({ code, output }))
  return { ended, kill: () => child.kill('SIGKILL') }
}

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
  await waitFor('the deletion', async () => (await countOf(world, 'conversation')) === 0)
})

t.test('G-3 a dry run tells what would be deleted and changes nothing', async (t) => {
  const world = await startWorld(t)
  const [user, second, keeping] = [aUser(), aUser(), aUser()]
  await Promise.all([choose(world, user), choose(world, second), choose(world, keeping, 'keep')])
  await seed(world, user, { conversations: 4, turns: 3 })
  await seed(world, second, { conversations: 1, turns: 1 })
  await seed(world, keeping, { conversations: 2, turns: 1 })
  const everything = async () => {
    const tables = ['conversation', 'message', 'turn', 'retention_choice', 'retention_round']
    return Promise.all(tables.map((table) => world.query(`SELECT t.*, t.xmin::text FROM ${table} t ORDER BY 1`)))
  }
  const before = await everything()
  const { code, output } = await retentionCommand(world, '--dry-run').ended
  t.match(output, /Would delete: 5 conversations with 26 messages of 2 users\. Nothing was changed\./)
  t.equal(code, 0)
  t.same(await everything(), before)

  t.match(await retentionCommand(world).ended, { code: 0, output: /Deleted: 5 conversations with 26 messages of 2 users\./ })
  t.equal(await countOf(world, 'conversation'), 2)
})

t.test('G-3 killed in the middle of a batch it leaves whole conversations, and the next run deletes the rest', async (t) => {
  const world = await startWorld(t)
  const user = aUser()
  await choose(world, user)
  // Two batches of conversations, each with more messages than one transaction deletes.
  await seed(world, user, { conversations: 400, turns: 5 })
  const other = openPool({ url: world.database.ownerUrl, applicationName: 'test' })
  t.teardown(() => other.end())
  const client = await other.connect()
  await client.query('BEGIN')
  // One message of every conversation is held, so that the first transaction that deletes stops in its middle.
  await client.query('SELECT FROM message WHERE depth = 1 FOR UPDATE')
  const doomed = retentionCommand(world)
  await waitFor('a transaction that waits in its middle', async () => {
    const waiting = await world.query("SELECT FROM pg_stat_activity WHERE query LIKE '%DELETE FROM message%' AND wait_event_type = 'Lock'")
    return waiting.length > 0
  })
  doomed.kill()
  t.match(await doomed.ended, { code: null })
  await client.query('ROLLBACK')
  client.release()

  await waitFor('its transaction to be rolled back', async () => {
    const open = await world.query(
      "SELECT FROM pg_stat_activity WHERE query LIKE '%DELETE FROM message%' AND state <> 'idle' AND pid <> pg_backend_pid()",
    )
    return open.length === 0
  })
  t.equal(await countOf(world, 'message'), 4000, 'the batch was undone as a whole')
  t.equal(await countOf(world, 'conversation', 'user_id = $1', [user.userId]), 200, 'the others have lost nothing')

  t.match(await retentionCommand(world).ended, { code: 1, output: /Another process is deleting/ }, 'its lease has not ended yet')
  await world.query('UPDATE retention_round SET lease_until = now()')
  t.match(await retentionCommand(world).ended, { code: 0, output: /Deleted: 400 conversations with 4000 messages of 1 users/ })
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message'), await countOf(world, 'turn')], [0, 0, 0])
})

t.test('G-3 100,000 messages are deleted without a lock held over 1 s, and in batches', async (t) => {
  const world = await startWorld(t)
  const [user, hoarder, keeping] = [aUser(), aUser(), aUser()]
  await Promise.all([choose(world, user), choose(world, hoarder)])
  for (let part = 0; part < 6; part += 1) await seed(world, user, { conversations: 300, turns: 25 })
  await seed(world, hoarder, { conversations: 1, turns: 5000 })
  await seed(world, keeping, { conversations: 20, turns: 5 })
  await world.query('ANALYZE')
  // As the service's role: others do not see how long its transactions are open.
  const watcher = openPool({ url: world.database.url, applicationName: 'watcher' })
  t.teardown(() => watcher.end())
  let longestMs = 0
  let isRunning = true
  async function watch(): Promise<void> {
    while (isRunning) {
      const { rows } = await watcher.query<{ ms: number | null }>(
        `SELECT max(extract(epoch FROM clock_timestamp() - xact_start) * 1000)::float AS ms
         FROM pg_stat_activity WHERE application_name = 'chat-retention' AND state <> 'idle'`,
      )
      longestMs = Math.max(longestMs, rows[0]?.ms ?? 0)
    }
  }
  const watching = watch()
  const { code, output } = await retentionCommand(world).ended
  isRunning = false
  await watching

  t.match(output, /Deleted: 1801 conversations with 100000 messages of 2 users\./)
  t.equal(code, 0)
  t.ok((output.match(/^so far/gm) ?? []).length >= 100, 'a transaction deletes 1,000 messages at most')
  t.ok(longestMs > 0 && longestMs < 1000, `the longest transaction took ${Math.round(longestMs)} ms`)
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message')], [20, 200])
})
