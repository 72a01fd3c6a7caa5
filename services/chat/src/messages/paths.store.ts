import type { Sql } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { MessageRow } from './message.ts'
import { messageColumns } from './messages.store.ts'

export interface PathRow extends MessageRow {
  /** All messages with the same parent, this one included, oldest first. */
  branchIds: string[]
}

export interface PathQuery {
  conversationId: string
  /** The branch through this message; left out, the one that is shown. */
  through?: string
  /** Only what stands before this message. */
  before?: string
  limit: number
}

export interface DescentQuery {
  conversationId: string
  /** The first message of the page. */
  from: string
  limit: number
}

/** A PathRow out of `message m` and `turn t`. */
const pathColumns = Prisma.sql`
  ${messageColumns}, CASE WHEN m.parent_id IS NULL
    THEN ARRAY(SELECT s.id FROM message s WHERE s.conversation_id = m.conversation_id AND s.parent_id IS NULL ORDER BY s.created_at, s.id)
    ELSE ARRAY(SELECT s.id FROM message s WHERE s.parent_id = m.parent_id ORDER BY s.created_at, s.id) END AS "branchIds"`

export type PathStore = ReturnType<typeof createPathStore>

/**
 * Branches of a conversation. Climbs from child to parent by primary key, and descends from parent to newest child by the
 * index of parents, so that a page costs as much in a conversation of a thousand messages as in one of fifty.
 */
export function createPathStore(sql: Sql) {
  return {
    /** The newest `limit` messages of the branch, newest first. */
    list({ conversationId, through, before, limit }: PathQuery): Promise<PathRow[]> {
      return sql.$queryRaw<PathRow[]>`
        WITH RECURSIVE path AS (
          SELECT id, parent_id, 1 AS step FROM message
          WHERE conversation_id = ${conversationId}::uuid AND id = ${endOf({ conversationId, through, before })}
          UNION ALL
          SELECT m.id, m.parent_id, path.step + 1 FROM path JOIN message m ON m.id = path.parent_id WHERE path.step < ${limit}::integer
        )
        SELECT ${pathColumns}
        FROM path JOIN message m ON m.id = path.id
        LEFT JOIN turn t ON t.assistant_message_id = m.id
        ORDER BY path.step`
    },

    /** `limit` messages from this one on, down the branch to its newest end. Oldest first. */
    descend({ conversationId, from, limit }: DescentQuery): Promise<PathRow[]> {
      return sql.$queryRaw<PathRow[]>`
        WITH RECURSIVE path AS (
          SELECT id, 1 AS step FROM message WHERE conversation_id = ${conversationId}::uuid AND id = ${from}::uuid
          UNION ALL
          SELECT newest.id, path.step + 1
          FROM path, LATERAL (SELECT id FROM message WHERE parent_id = path.id ORDER BY created_at DESC, id DESC LIMIT 1) AS newest
          WHERE path.step < ${limit}::integer
        )
        SELECT ${pathColumns}
        FROM path JOIN message m ON m.id = path.id
        LEFT JOIN turn t ON t.assistant_message_id = m.id
        ORDER BY path.step`
    },

    /** Shows the branch that ends with this message from now on. False when it is no message of this conversation. */
    async show(userId: string, conversationId: string, messageId: string): Promise<boolean> {
      const changed = await sql.$executeRaw`
        UPDATE conversation c SET head_message_id = m.id, path_length = m.depth
        FROM message m
        WHERE c.id = ${conversationId}::uuid AND c.user_id = ${userId}::uuid AND m.id = ${messageId}::uuid AND m.conversation_id = c.id`
      return changed === 1
    },
  }
}

/** The message a page begins with, as SQL. */
function endOf({ conversationId, through, before }: Omit<PathQuery, 'limit'>): Prisma.Sql {
  if (before !== undefined) return Prisma.sql`(SELECT parent_id FROM message WHERE id = ${before}::uuid)`
  if (through === undefined) return Prisma.sql`(SELECT head_message_id FROM conversation WHERE id = ${conversationId}::uuid)`
  return Prisma.sql`(
    WITH RECURSIVE down AS (
      SELECT ${through}::uuid AS id, 1 AS step
      UNION ALL
      SELECT newest.id, down.step + 1
      FROM down, LATERAL (SELECT id FROM message WHERE parent_id = down.id ORDER BY created_at DESC, id DESC LIMIT 1) AS newest
    )
    SELECT id FROM down ORDER BY step DESC LIMIT 1
  )`
}
