import type { Sql } from '@parley/database'
import type { Position } from '@parley/service-kit'
import { Prisma } from '../../prisma/generated/client.ts'
import { isNewer } from '../lists/positions.ts'
import type { MessageRow } from './message.ts'

export interface Question {
  id: string
  conversationId: string
  parentId: string | null
}

export type MessageStore = ReturnType<typeof createMessageStore>

/** A MessageRow out of `message m` and the `turn t` it is the answer of. */
export const messageColumns = Prisma.sql`
  m.id, m.conversation_id AS "conversationId", m.parent_id AS "parentId", m.role, m.text, m.status, m.model, m.provider,
  m.input_tokens AS "inputTokens", m.output_tokens AS "outputTokens", m.cost_micro_usd AS "costMicroUsd",
  m.latency_ms AS "latencyMs", m.created_at AS "createdAt", t.id AS "turnId",
  (SELECT json_build_object('value', f.value, 'comment', f.comment) FROM message_feedback f WHERE f.message_id = m.id) AS feedback`

export function createMessageStore(sql: Sql) {
  return {
    /** Oldest first. A running answer has no text here: what is shown of it belongs to its turn. */
    list(conversationId: string, { after, limit }: { after?: Position; limit: number }): Promise<MessageRow[]> {
      return sql.$queryRaw<MessageRow[]>`
        SELECT ${messageColumns}
        FROM message m
        LEFT JOIN turn t ON t.assistant_message_id = m.id
        WHERE m.conversation_id = ${conversationId}::uuid
          AND ${isNewer(Prisma.sql`m.created_at, m.id`, after)}
        ORDER BY m.created_at, m.id
        LIMIT ${limit}`
    },

    async findAnswer(turnId: string): Promise<MessageRow | null> {
      const [row] = await sql.$queryRaw<MessageRow[]>`
        SELECT ${messageColumns} FROM turn t JOIN message m ON m.id = t.assistant_message_id WHERE t.id = ${turnId}::uuid`
      return row ?? null
    },

    /** The question a message belongs to: itself, or the one an answer answers. */
    async findQuestion(userId: string, messageId: string): Promise<Question | null> {
      const [row] = await sql.$queryRaw<Question[]>`
        SELECT q.id, q.conversation_id AS "conversationId", q.parent_id AS "parentId"
        FROM message m
        JOIN message q ON q.id = CASE WHEN m.role = 'user' THEN m.id ELSE m.parent_id END
        JOIN conversation c ON c.id = q.conversation_id
        WHERE m.id = ${messageId}::uuid AND c.user_id = ${userId}::uuid`
      return row ?? null
    },
  }
}
