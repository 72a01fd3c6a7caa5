import { randomUUID } from 'node:crypto'
import { openPool } from '@parley/database'
import { createTestDatabase } from '@parley/testing'
import t from 'tap'
import { createConversationStore } from '../src/conversations/conversations.store.ts'
import { createExportStore } from '../src/exports/exports.store.ts'
import { createMessageStore } from '../src/messages/messages.store.ts'
import { createPathStore } from '../src/messages/paths.store.ts'
import { parseQuery } from '../src/search/query.ts'
import { createSearchStore } from '../src/search/search.store.ts'
import { createShareStore } from '../src/sharing/shares.store.ts'
import { openExplainedPrisma } from './explained-prisma.ts'

const OWN_MESSAGES = 20_000
const LONG_CONVERSATION = 1_000
const PAGE = 51

/**
 * One user's long history among as much of others: conversations of ten messages, and a long one. `common words` stand in
 * every message, `rare` in four, `former` in the older half alone.
 */
async function writeHistory(ownerUrl: string, userId: string): Promise<{ longId: string }> {
  const pool = openPool({ url: ownerUrl, applicationName: 'test', statementTimeoutMs: 120_000 })
  try {
    const longId = randomUUID()
    await pool.query('CREATE TABLE history (place INTEGER, conversation_id UUID, user_id UUID, depth INTEGER, id UUID)')
    await pool.query(
      `INSERT INTO history
       SELECT place, CASE WHEN place <= $3 THEN $2 ELSE md5('c' || user_id || place / 10)::uuid END, user_id,
              CASE WHEN place <= $3 THEN place ELSE 1 + place % 10 END, gen_random_uuid()
       FROM generate_series(1, $4::integer) AS place, (VALUES ($1::uuid), (gen_random_uuid()), (gen_random_uuid())) AS users (user_id)
       WHERE place > $3 OR user_id = $1`,
      [userId, longId, LONG_CONVERSATION, OWN_MESSAGES],
    )
    await pool.query(
      `INSERT INTO conversation (id, user_id, title, path_length, last_activity_at)
       SELECT conversation_id, user_id, 'Conversation ' || min(place), max(depth), now() - interval '1 minute' * max(place)
       FROM history GROUP BY conversation_id, user_id`,
    )
    await pool.query(
      `INSERT INTO conversation (id, user_id, title)
       SELECT gen_random_uuid(), gen_random_uuid(), 'Conversation of somebody else' FROM generate_series(1, $1::integer)`,
      [OWN_MESSAGES],
    )
    await pool.query(
      `INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status, created_at)
       SELECT id, conversation_id, lag(id) OVER (PARTITION BY conversation_id ORDER BY depth), depth,
              CASE WHEN depth % 2 = 1 THEN 'user' ELSE 'assistant' END,
              concat_ws(' ', 'common', 'words', 'w' || place % 997, CASE WHEN place % 5000 = 4999 THEN 'rare' END,
                        CASE WHEN place < $1 / 2 THEN 'former' END), 'completed', now() - interval '1 second' * ($1 - place)
       FROM history ORDER BY depth`,
      [OWN_MESSAGES],
    )
    await pool.query(
      `INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model, status, lease_until, ended_at)
       SELECT gen_random_uuid(), h.user_id, h.conversation_id, m.parent_id, m.id, '', 'free', 'auto', 'completed', now(), now()
       FROM history h JOIN message m ON m.id = h.id WHERE m.role = 'assistant' AND m.parent_id IS NOT NULL`,
    )
    await pool.query(
      `UPDATE conversation c SET head_message_id = h.id FROM history h WHERE h.conversation_id = c.id AND h.depth = c.path_length`,
    )
    for (const table of ['conversation', 'message', 'message_search', 'turn']) await pool.query(`VACUUM ANALYZE ${table}`)
    return { longId }
  } finally {
    await pool.end()
  }
}

t.test('what a user waits for is read through indexes, as many rows as it shows and not as many as there are', async (t) => {
  const database = await createTestDatabase('chat')
  const { prisma, explain } = openExplainedPrisma(database.url)
  t.teardown(async () => {
    await prisma.$disconnect()
    await database.drop()
  })
  const userId = randomUUID()
  const { longId } = await writeHistory(database.ownerUrl, userId)
  const conversations = createConversationStore(prisma)
  const messages = createMessageStore(prisma)
  const paths = createPathStore(prisma)
  const search = createSearchStore(prisma)
  const shares = createShareStore(prisma)
  const exported = createExportStore(prisma)

  const reads = async <Row>(what: string, atMost: number, rows: number, work: () => Promise<Row[]>): Promise<Row[]> => {
    const { result, plans } = await explain(work)
    const rowsRead = plans.reduce((sum, plan) => sum + plan.rowsRead, 0)
    const executionMs = plans.reduce((sum, plan) => sum + plan.executionMs, 0)
    t.comment(`${what}: ${result.length} rows shown, ${rowsRead} read, ${executionMs.toFixed(1)} ms`)
    t.equal(result.length, rows, `${what}: rows`)
    t.ok(plans.length > 0)
    t.same(
      plans.flatMap(({ scannedWhole }) => scannedWhole),
      [],
      `${what}: no table is read from end to end`,
    )
    t.ok(rowsRead <= atMost, `${what}: ${rowsRead} rows are read, at most ${atMost}`)
    return result
  }

  const list = { userId, isArchived: false, limit: PAGE }
  const listed = await reads('list conversations', 2 * PAGE, PAGE, () => conversations.list(list))
  const last = listed.at(-1)
  const before = last && { time: last.lastActivityAt, id: last.id }
  await reads('list more conversations', 2 * PAGE, PAGE, () => conversations.list({ ...list, before }))
  await reads('look for a title', OWN_MESSAGES / 5 + 10, 1, () => conversations.list({ ...list, titlePart: 'conversation 19990' }))

  // Each message brings its turn and its feedback, each of the path also those beside it.
  const opened = await reads('messages', 4 * PAGE, PAGE, () => messages.list(longId, { limit: PAGE }))
  const after = opened.map(({ createdAt, id }) => ({ time: createdAt, id })).at(-1)
  await reads('more messages', 4 * PAGE, PAGE, () => messages.list(longId, { after, limit: PAGE }))
  const path = await reads('path', 8 * PAGE, PAGE, () => paths.list({ conversationId: longId, limit: PAGE }))
  await reads('path further up', 8 * PAGE, PAGE, () => paths.list({ conversationId: longId, before: path.at(-1)?.id, limit: PAGE }))
  const through = opened[0]?.id
  await reads('path through the first message', 3 * LONG_CONVERSATION + 8 * PAGE, PAGE, () =>
    paths.list({ conversationId: longId, through, limit: PAGE }),
  )
  const midst = opened.at(-1)?.id ?? ''
  await reads('what stands before a message', 8 * PAGE, PAGE - 1, () => paths.list({ conversationId: longId, before: midst, limit: PAGE }))
  await reads('what comes after a message', 9 * PAGE, PAGE, () => paths.descend({ conversationId: longId, from: midst, limit: PAGE }))
  const headMessageId = path[0]?.id ?? ''
  await reads('shared', 2 * LONG_CONVERSATION + 4 * PAGE, PAGE, () => shares.listShared({ headMessageId, after: 0, limit: PAGE }))
  const ids = await reads('export', 2 * LONG_CONVERSATION, LONG_CONVERSATION, () => exported.pathIds(headMessageId))
  await reads('a batch of an export', 400, 100, () => exported.read(ids.slice(0, 100)))

  // A word of the newest messages is found walking; any other one through the index of words, after the walk.
  const shown = 4 * PAGE
  const walk = 1_000
  const look = (q: string, more: { conversationId?: string; before?: { time: Date; id: string } } = {}) =>
    search.find({ userId, query: parseQuery(q), limit: PAGE, ...more })
  const find = async (...request: Parameters<typeof look>) => (await look(...request)).hits
  await reads('search a common word', walk + shown, PAGE, () => find('common'))
  await reads('search an unfinished word', walk + shown, PAGE, () => find('c'))
  const hits = await reads('search a rare word', walk + shown, 4, () => find('common rare'))
  await reads('search a word that does not occur', walk, 0, () => find('common absent'))
  await reads('search a former word', walk + OWN_MESSAGES + shown, PAGE, () => find('former'))
  await reads('search one conversation', 2 * LONG_CONVERSATION + shown, PAGE, () => find('common', { conversationId: longId }))
  const newest = hits[0]
  const older = newest && { time: newest.createdAt, id: newest.messageId }
  await reads('search on', walk + shown, 3, () => find('rare', { before: older }))

  // Words in a row: what has the words is found as above, and looked into until a page is full or enough was looked at.
  const looked = 1_000
  await reads('search a common phrase', walk + 500, PAGE, () => find('"common words"'))
  await reads('search a phrase whose words stand apart', walk + 2 * OWN_MESSAGES + 6 * looked, 0, () => find('"words common"'))
  const { goesOnFrom } = await look('"words common"')
  t.ok(goesOnFrom, 'one request looks into so many texts, and the next one goes on')
  await reads('search the phrase on', walk + 2 * OWN_MESSAGES + 6 * looked, 0, () =>
    find('"words common"', { before: goesOnFrom ?? undefined }),
  )
  await reads('search a phrase in one conversation', 2 * LONG_CONVERSATION + 4 * looked, PAGE, () =>
    find('"common words"', { conversationId: longId }),
  )
})
