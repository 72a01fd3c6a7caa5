import type { Sql } from '@parley/database'
import type { Position } from '@parley/service-kit'
import { Prisma } from '../../prisma/generated/client.ts'
import { isOlder } from '../lists/positions.ts'
import { type Phrase, phrasesToCheck, type Query } from './query.ts'

export interface SearchRequest {
  userId: string
  /** Only in this conversation. */
  conversationId?: string
  query: Query
  before?: Position
  limit: number
}

export interface HitRow {
  messageId: string
  conversationId: string
  conversationTitle: string | null
  role: 'user' | 'assistant'
  text: string
  createdAt: Date
}

/**
 * Messages of a user that are looked at one by one, newest first, before the index of words is asked.
 *
 * Neither way alone is fast for every word. Measured with 100,000 messages of one user amid 1,000,000 of others, which
 * stand between them on the disk: the index of words finds a word of every message in 90 ms, since all of them have to
 * be fetched and sorted for one page, and walking needs 95 ms for a word that does not occur. The two in turn: a page
 * of a common word 0.2 ms, a rare one 0.3 ms, an absent one 0.4 ms. What is left as the slowest is a word of half of
 * the history that nobody has used lately: 35 ms. Leaving the choice to the planner makes that 60 ms, and the choice
 * hangs on statistics over the words of all users.
 */
const WALKED = 500

/**
 * Messages with all the words of a phrase that one request looks into, and how many at a time. The index knows words but
 * not their order; to look into a text of a thousand characters takes 20 us, 75 us where it is not ASCII. A phrase of
 * frequent words is found in the first few, and one that never occurs costs a request no more than this.
 */
const CHECKED = 1000
const CHECKED_AT_ONCE = 125

/** Of a message in the list of hits. */
const place = Prisma.sql`created_at, message_id`

export type SearchStore = ReturnType<typeof createSearchStore>

interface Found {
  messageId: string
  createdAt: Date
}

export interface Hits {
  hits: HitRow[]
  /** Further messages than those up to here may match, though fewer than asked for were found; null when none can. */
  goesOnFrom: Position | null
}

export function createSearchStore(sql: Sql) {
  const wordsOf = ({ userId, conversationId, query }: SearchRequest) => {
    const words = query.phrases.map(({ text }) => text).join(' ')
    return Prisma.sql`search_query(${userId}::uuid, ${conversationId ?? null}::uuid, ${words}::text, ${query.isUnfinished}::boolean)`
  }

  // Two ways to the newest messages that have all the words, as subqueries; WALKED says why two.
  const amongNewest = (request: SearchRequest, limit: number) => Prisma.sql`
    SELECT message_id, created_at FROM (
      SELECT message_id, created_at, words FROM message_search WHERE user_id = ${request.userId}::uuid AND ${isOlder(place, request.before)}
      ORDER BY created_at DESC, message_id DESC LIMIT ${WALKED}::integer
    ) AS walked
    WHERE words @@ ${wordsOf(request)}
    ORDER BY created_at DESC, message_id DESC LIMIT ${limit}::integer`

  // OFFSET 0 keeps the two conditions apart: the planner must not walk all messages of the user for a word that it
  // takes for a frequent one.
  const throughIndex = (request: SearchRequest, limit: number) => Prisma.sql`
    SELECT message_id, created_at FROM (
      SELECT message_id, user_id, created_at FROM message_search WHERE words @@ ${wordsOf(request)} OFFSET 0
    ) AS found
    WHERE user_id = ${request.userId}::uuid AND ${isOlder(place, request.before)}
    ORDER BY created_at DESC, message_id DESC LIMIT ${limit}::integer`

  // A plan for the average user, who has few messages, would read all of them and sort.
  const show = (userId: string, page: Prisma.Sql, isMatch = Prisma.sql`true`) => sql.$queryRaw<HitRow[]>`
    /* planned per call */
    SELECT m.id AS "messageId", c.id AS "conversationId", c.title AS "conversationTitle", m.role, m.text, m.created_at AS "createdAt"
    FROM (${page}) AS page JOIN message m ON m.id = page.message_id JOIN conversation c ON c.id = m.conversation_id
    WHERE c.user_id = ${userId}::uuid AND ${isMatch}
    ORDER BY page.created_at DESC, page.message_id DESC`

  const list = (page: Prisma.Sql) => sql.$queryRaw<Found[]>`
    /* planned per call */
    SELECT message_id AS "messageId", created_at AS "createdAt" FROM (${page}) AS page`

  async function findWords(request: SearchRequest): Promise<HitRow[]> {
    const { userId, conversationId, limit } = request
    if (conversationId === undefined) {
      const newest = await show(userId, amongNewest(request, limit))
      if (newest.length === limit) return newest
    }
    return show(userId, throughIndex(request, limit))
  }

  /** Those of the messages that have the phrases, newest first; no more than asked for. */
  async function check(userId: string, found: Found[], phrases: Phrase[], limit: number): Promise<HitRow[]> {
    const patterns = Prisma.join(phrases.map(({ text, isUnfinished }) => Prisma.sql`(${text}::text, ${isUnfinished}::boolean)`))
    const isMatch = Prisma.sql`search_folded(m.text) ~ ALL (ARRAY(
      SELECT search_phrase(phrase.text, phrase.is_unfinished) FROM (VALUES ${patterns}) AS phrase (text, is_unfinished)))`
    const hits: HitRow[] = []
    for (let from = 0; from < found.length && hits.length < limit; from += CHECKED_AT_ONCE) {
      const ids = found.slice(from, from + CHECKED_AT_ONCE).map(({ messageId }) => messageId)
      const page = Prisma.sql`SELECT id AS message_id, created_at FROM message WHERE id = ANY (${ids}::uuid[])`
      hits.push(...(await show(userId, page, isMatch)))
    }
    return hits.slice(0, limit)
  }

  async function findPhrases(request: SearchRequest, phrases: Phrase[]): Promise<Hits> {
    const { userId, conversationId, limit } = request
    if (conversationId === undefined) {
      const hits = await check(userId, await list(amongNewest(request, WALKED)), phrases, limit)
      if (hits.length === limit) return { hits, goesOnFrom: null }
    }
    const found = await list(throughIndex(request, CHECKED))
    const hits = await check(userId, found, phrases, limit)
    const last = found.length === CHECKED && hits.length < limit ? found.at(-1) : undefined
    return { hits, goesOnFrom: last ? { time: last.createdAt, id: last.messageId } : null }
  }

  return {
    /** Messages of the user's own conversations that have all the words and phrases, newest first. */
    async find(request: SearchRequest): Promise<Hits> {
      if (request.query.phrases.length === 0) return { hits: [], goesOnFrom: null }
      const phrases = phrasesToCheck(request.query)
      if (phrases.length > 0) return findPhrases(request, phrases)
      return { hits: await findWords(request), goesOnFrom: null }
    },
  }
}
