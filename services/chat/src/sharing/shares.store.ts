import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'

export interface ShareRow {
  slug: string
  createdAt: Date
}

export interface SharedRow {
  title: string | null
  sharedAt: Date
  headMessageId: string
}

export interface SharedMessageRow {
  role: 'user' | 'assistant'
  text: string
  model: string | null
  createdAt: Date
  /** 1 for the first message of the branch. */
  depth: number
}

export type ShareStore = ReturnType<typeof createShareStore>

const columns = Prisma.sql`slug, created_at AS "createdAt"`

export function createShareStore(prisma: PrismaClient) {
  return {
    /**
     * Shares the branch that is shown now; an answer that is still being written is no part of it. Shared before, the
     * slug stays. Null when there is nothing to share in a conversation of this user.
     */
    async save(userId: string, conversationId: string, slug: string): Promise<ShareRow | null> {
      const [row] = await prisma.$queryRaw<ShareRow[]>`
        INSERT INTO share (conversation_id, slug, title, head_message_id)
        SELECT c.id, ${slug}::text, c.title, CASE WHEN m.status = 'running' THEN m.parent_id ELSE m.id END
        FROM conversation c JOIN message m ON m.id = c.head_message_id
        WHERE c.id = ${conversationId}::uuid AND c.user_id = ${userId}::uuid
        ON CONFLICT (conversation_id) DO UPDATE
        SET title = EXCLUDED.title, head_message_id = EXCLUDED.head_message_id, created_at = EXCLUDED.created_at
        RETURNING ${columns}`
      return row ?? null
    },

    async find(userId: string, conversationId: string): Promise<ShareRow | null> {
      const [row] = await prisma.$queryRaw<ShareRow[]>`
        SELECT s.slug, s.created_at AS "createdAt" FROM share s JOIN conversation c ON c.id = s.conversation_id
        WHERE s.conversation_id = ${conversationId}::uuid AND c.user_id = ${userId}::uuid`
      return row ?? null
    },

    /** False when it was not shared. */
    async revoke(userId: string, conversationId: string): Promise<boolean> {
      const deleted = await prisma.$executeRaw`
        DELETE FROM share s USING conversation c
        WHERE s.conversation_id = ${conversationId}::uuid AND c.id = s.conversation_id AND c.user_id = ${userId}::uuid`
      return deleted > 0
    },

    /** Whoever asks: the slug is all it takes. */
    async findShared(slug: string): Promise<SharedRow | null> {
      const row = await prisma.share.findUnique({ where: { slug } })
      return row && { title: row.title, sharedAt: row.createdAt, headMessageId: row.headMessageId }
    },

    /** What stands after the message of depth `after`, oldest first. Climbs from the snapshot's end by primary key. */
    listShared({ headMessageId, after, limit }: { headMessageId: string; after: number; limit: number }): Promise<SharedMessageRow[]> {
      return prisma.$queryRaw<SharedMessageRow[]>`
        WITH RECURSIVE path AS (
          SELECT id, parent_id, depth, status FROM message WHERE id = ${headMessageId}::uuid
          UNION ALL
          SELECT m.id, m.parent_id, m.depth, m.status FROM path JOIN message m ON m.id = path.parent_id WHERE m.depth > ${after}::integer
        ), page AS (
          SELECT id FROM path WHERE depth > ${after}::integer AND status <> 'running' ORDER BY depth LIMIT ${limit}::integer
        )
        SELECT m.role, m.text, m.model, m.created_at AS "createdAt", m.depth
        FROM page JOIN message m ON m.id = page.id
        ORDER BY m.depth`
    },
  }
}
