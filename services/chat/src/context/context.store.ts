import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { ContextMessage } from './context-window.ts'

export type ContextStore = ReturnType<typeof createContextStore>

export function createContextStore(prisma: PrismaClient) {
  return {
    /**
     * The newest `limit` messages on the way from the root to `messageId`, oldest first, and the user's instructions.
     * Climbs by primary key: the cost depends on `limit`, not on the conversation's length.
     */
    async read(messageId: string, limit: number): Promise<{ path: ContextMessage[]; instructions: string | null }> {
      const rows = await prisma.$queryRaw<(ContextMessage & { instructions: string | null })[]>`
        WITH RECURSIVE path AS (
          SELECT id, parent_id, conversation_id, role, text, 1 AS depth FROM message WHERE id = ${messageId}::uuid
          UNION ALL
          SELECT m.id, m.parent_id, m.conversation_id, m.role, m.text, path.depth + 1
          FROM path JOIN message m ON m.id = path.parent_id
          WHERE path.depth < ${limit}
        )
        SELECT path.role, path.text, c.instructions
        FROM path JOIN conversation c ON c.id = path.conversation_id
        ORDER BY path.depth DESC`
      return { path: rows.map(({ role, text }) => ({ role, text })), instructions: rows[0]?.instructions ?? null }
    },
  }
}
