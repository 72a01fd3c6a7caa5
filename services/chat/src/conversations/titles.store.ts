import type { Sql } from '@parley/database'
import type { ConversationRow } from './conversation.ts'
import { conversationColumns } from './conversations.store.ts'
import type { FirstExchange } from './title.ts'

export type TitleStore = ReturnType<typeof createTitleStore>

export function createTitleStore(sql: Sql) {
  return {
    /** What a title can be made of; null while there is no answer, and when somebody made a title already. */
    async findUntitled(conversationId: string): Promise<FirstExchange | null> {
      const [row] = await sql.$queryRaw<FirstExchange[]>`
        SELECT q.text AS question, a.text AS answer
        FROM conversation c
        JOIN message q ON q.conversation_id = c.id AND q.parent_id IS NULL
        JOIN message a ON a.parent_id = q.id AND a.text <> ''
        WHERE c.id = ${conversationId}::uuid AND c.title_by IS NULL
        ORDER BY a.created_at, a.id LIMIT 1`
      return row ?? null
    },

    /** Gives the title, unless the user gave one meanwhile: null then, and when the conversation is gone. */
    async give(conversationId: string, title: string): Promise<ConversationRow | null> {
      const [row] = await sql.$queryRaw<ConversationRow[]>`
        UPDATE conversation SET title = ${title}, title_by = 'model'
        WHERE id = ${conversationId}::uuid AND title_by IS NULL
        RETURNING ${conversationColumns}`
      return row ?? null
    },
  }
}
