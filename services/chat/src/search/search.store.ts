import type { Sql } from '@parley/database'
import type { Position } from '@parley/service-kit'
import { Prisma } from '../../prisma/generated/client.ts'

export interface SearchRequest {
  userId: string
  /** Only in this conversation. */
  conversationId?: string
  words: string
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

const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff'

export type SearchStore = ReturnType<typeof createSearchStore>

export function createSearchStore(sql: Sql) {
  return {
    /** Messages of the user's own conversations that have all the words, newest first. */
    async find({ userId, conversationId, words, before, limit }: SearchRequest): Promise<HitRow[]> {
      const query = Prisma.sql`search_query(${userId}::uuid, ${conversationId ?? null}::uuid, ${words}::text)`
      const isOlder = Prisma.sql`(created_at, message_id) < (${before?.time.toISOString() ?? 'infinity'}::timestamptz, ${before?.id ?? LAST_ID}::uuid)`

      // A plan for the average user, who has few messages, would read all of them and sort.
      const show = (page: Prisma.Sql) => sql.$queryRaw<HitRow[]>`
        /* planned per call */
        SELECT m.id AS "messageId", c.id AS "conversationId", c.title AS "conversationTitle", m.role, m.text, m.created_at AS "createdAt"
        FROM (${page}) AS page JOIN message m ON m.id = page.message_id JOIN conversation c ON c.id = m.conversation_id
        WHERE c.user_id = ${userId}::uuid
        ORDER BY page.created_at DESC, page.message_id DESC`

      if (conversationId === undefined) {
        const newest = await show(Prisma.sql`
          SELECT message_id, created_at FROM (
            SELECT message_id, created_at, words FROM message_search WHERE user_id = ${userId}::uuid AND ${isOlder}
            ORDER BY created_at DESC, message_id DESC LIMIT ${WALKED}::integer
          ) AS walked
          WHERE words @@ ${query}
          ORDER BY created_at DESC, message_id DESC LIMIT ${limit}::integer`)
        if (newest.length === limit) return newest
      }
      // OFFSET 0 keeps the two conditions apart: the planner must not walk all messages of the user for a word that it
      // takes for a frequent one.
      return show(Prisma.sql`
        SELECT message_id, created_at FROM (
          SELECT message_id, user_id, created_at FROM message_search WHERE words @@ ${query} OFFSET 0
        ) AS found
        WHERE user_id = ${userId}::uuid AND ${isOlder}
        ORDER BY created_at DESC, message_id DESC LIMIT ${limit}::integer`)
    },
  }
}
