import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'

/** Owns the conversations whose deletion has begun: nobody can see them, write into them, or get them back. */
const NOBODY = '00000000-0000-0000-0000-000000000000'

export interface OldConversations {
  users: number
  conversations: number
  messages: number
}

export type OldConversationStore = ReturnType<typeof createOldConversationStore>

/** Conversations of users who want them deleted, without activity for `months` months by the database's clock. */
export function createOldConversationStore(prisma: PrismaClient, { months }: { months: number }) {
  // Both values of is_archived are named so that the index of the conversation list finds them.
  const isOld = Prisma.sql`
    c.is_archived IN (false, true) AND c.last_activity_at < now() - make_interval(months => ${months}::integer)
    AND NOT EXISTS (SELECT FROM turn t WHERE t.conversation_id = c.id AND t.status IN ('queued', 'running'))`

  return {
    /** What a round would delete, and what an interrupted one has left. The transaction could not write if it tried. */
    async count(): Promise<OldConversations> {
      const [, [counted]] = await prisma.$transaction([
        prisma.$executeRaw`SET TRANSACTION READ ONLY`,
        prisma.$queryRaw<[OldConversations]>`
          WITH old AS (
            SELECT c.id, c.user_id FROM retention_choice r JOIN conversation c ON c.user_id = r.user_id
            WHERE r.choice = 'six_months' AND ${isOld}
            UNION ALL
            SELECT id, NULL FROM conversation WHERE user_id = ${NOBODY}::uuid
          )
          SELECT count(DISTINCT old.user_id)::float AS users, count(*)::float AS conversations,
                 coalesce(sum(m.messages), 0)::float AS messages
          FROM old CROSS JOIN LATERAL (SELECT count(*) AS messages FROM message WHERE conversation_id = old.id) AS m`,
      ])
      return counted
    },

    /** The next users, by id, who have old conversations. Locks nothing. */
    async nextUsers({ after, limit }: { after: string | null; limit: number }): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ userId: string }[]>`
        SELECT r.user_id AS "userId"
        FROM retention_choice r CROSS JOIN LATERAL (SELECT FROM conversation c WHERE c.user_id = r.user_id AND ${isOld} LIMIT 1) AS old
        WHERE r.choice = 'six_months' AND r.user_id > ${after ?? NOBODY}::uuid
        ORDER BY r.user_id LIMIT ${limit}`
      return rows.map(({ userId }) => userId)
    },

    /**
     * Takes up to `limit` old conversations away from their owners, for good, and returns whose they were.
     *
     * One that is being written into, or whose owner is choosing anew, is left alone: a question locks the row before it
     * becomes a turn, and what changed while it was locked is looked at again.
     */
    async discard(users: string[], limit: number): Promise<string[]> {
      const rows = await prisma.$queryRaw<{ userId: string }[]>`
        WITH old AS (
          SELECT c.id, c.user_id FROM retention_choice r JOIN conversation c ON c.user_id = r.user_id
          WHERE r.user_id = ANY (${users}::uuid[]) AND r.choice = 'six_months' AND ${isOld}
          LIMIT ${limit}
          FOR UPDATE OF c SKIP LOCKED FOR SHARE OF r SKIP LOCKED
        )
        UPDATE conversation SET user_id = ${NOBODY}::uuid FROM old WHERE conversation.id = old.id
        RETURNING old.user_id AS "userId"`
      return rows.map(({ userId }) => userId)
    },

    /**
     * Deletes up to `limits.messages` messages of discarded conversations, the deepest first since the others are their
     * parents, and the conversations that are empty then. Null when nothing is left to delete.
     */
    clear(limits: { conversations: number; messages: number }): Promise<{ conversations: number; messages: number } | null> {
      return prisma.$transaction(async (tx) => {
        const discarded = await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM conversation WHERE user_id = ${NOBODY}::uuid LIMIT ${limits.conversations} FOR UPDATE SKIP LOCKED`
        if (discarded.length === 0) return null
        const ids = discarded.map(({ id }) => id)
        const messages = await tx.$executeRaw`
          DELETE FROM message WHERE id IN (
            SELECT m.id FROM unnest(${ids}::uuid[]) AS c (id)
            CROSS JOIN LATERAL (
              SELECT id FROM message WHERE conversation_id = c.id ORDER BY depth DESC LIMIT ${limits.messages}
            ) AS m
            LIMIT ${limits.messages}
          )`
        const conversations = await tx.$executeRaw`
          DELETE FROM conversation c
          WHERE id = ANY (${ids}::uuid[]) AND NOT EXISTS (SELECT FROM message m WHERE m.conversation_id = c.id)`
        return { conversations, messages }
      })
    },
  }
}
