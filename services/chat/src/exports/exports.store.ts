import type { Sql } from '@parley/database'
import type { MessageRow } from '../messages/message.ts'
import { messageColumns } from '../messages/messages.store.ts'

export type ExportStore = ReturnType<typeof createExportStore>

/** Of a conversation the caller has made sure is the user's. */
export function createExportStore(sql: Sql) {
  return {
    /** The messages of the branch that ends with `headMessageId`, oldest first. */
    async pathIds(headMessageId: string): Promise<string[]> {
      const rows = await sql.$queryRaw<{ id: string }[]>`
        WITH RECURSIVE path AS (
          SELECT id, parent_id, depth FROM message WHERE id = ${headMessageId}::uuid
          UNION ALL
          SELECT m.id, m.parent_id, m.depth FROM path JOIN message m ON m.id = path.parent_id
        )
        SELECT id FROM path ORDER BY depth`
      return rows.map(({ id }) => id)
    },

    /** Messages of one branch, oldest first. */
    read(ids: string[]): Promise<MessageRow[]> {
      return sql.$queryRaw<MessageRow[]>`
        SELECT ${messageColumns}
        FROM message m LEFT JOIN turn t ON t.assistant_message_id = m.id
        WHERE m.id = ANY(${ids}::uuid[])
        ORDER BY m.depth`
    },
  }
}
