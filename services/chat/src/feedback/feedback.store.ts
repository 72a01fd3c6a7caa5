import type { Sql } from '@parley/database'

export interface FeedbackFields {
  value: 1 | -1
  comment: string | null
}

export type FeedbackStore = ReturnType<typeof createFeedbackStore>

/** What people think of answers. Every statement names the owner of the conversation: nobody judges for somebody else. */
export function createFeedbackStore(sql: Sql) {
  return {
    /** Replaces what was said before. False when it is no answer in a conversation of this user. */
    async save(userId: string, messageId: string, { value, comment }: FeedbackFields): Promise<boolean> {
      const saved = await sql.$executeRaw`
        INSERT INTO message_feedback (message_id, value, comment)
        SELECT m.id, ${value}::smallint, ${comment}::text
        FROM message m JOIN conversation c ON c.id = m.conversation_id
        WHERE m.id = ${messageId}::uuid AND m.role = 'assistant' AND c.user_id = ${userId}::uuid
        ON CONFLICT (message_id) DO UPDATE SET value = EXCLUDED.value, comment = EXCLUDED.comment, created_at = EXCLUDED.created_at`
      return saved > 0
    },

    /** Withdrawing what was never said is no error. False like `save`. */
    async withdraw(userId: string, messageId: string): Promise<boolean> {
      const [answer] = await sql.$queryRaw<{ id: string }[]>`
        WITH answer AS (
          SELECT m.id FROM message m JOIN conversation c ON c.id = m.conversation_id
          WHERE m.id = ${messageId}::uuid AND m.role = 'assistant' AND c.user_id = ${userId}::uuid
        ), withdrawn AS (
          DELETE FROM message_feedback f USING answer WHERE f.message_id = answer.id
        )
        SELECT id FROM answer`
      return answer !== undefined
    },
  }
}
