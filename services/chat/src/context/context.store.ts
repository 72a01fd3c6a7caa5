import type { Sql } from '@parley/database'
import { type Branch, type ContextMessage, messageLimits } from './context-window.ts'

export type ContextStore = ReturnType<typeof createContextStore>

/** Twice as many as are shown: answers that failed before their first word do not count. */
const READ_MESSAGES = messageLimits.maxMessages * 2
/** How far up a summary is looked for. It is normally found behind some twenty messages. */
const LONGEST_CLIMB = 200

export function createContextStore(sql: Sql) {
  return {
    /**
     * The newest messages on the way from the root to `messageId`, the nearest summary above it, and the user's
     * instructions. Climbs by primary key: the cost does not depend on the conversation's length.
     */
    async read(messageId: string): Promise<Branch> {
      const rows = await sql.$queryRaw<Row[]>`
        WITH RECURSIVE path AS (
          SELECT m.id, m.parent_id, m.conversation_id, 1 AS step, s.text AS summary, s.text IS NOT NULL AS is_covered
          FROM message m LEFT JOIN summary s ON s.message_id = m.id
          WHERE m.id = ${messageId}::uuid
          UNION ALL
          SELECT m.id, m.parent_id, m.conversation_id, path.step + 1, s.text, path.is_covered OR s.text IS NOT NULL
          FROM path JOIN message m ON m.id = path.parent_id LEFT JOIN summary s ON s.message_id = m.id
          WHERE path.step < ${READ_MESSAGES}::integer OR (NOT path.is_covered AND path.step < ${LONGEST_CLIMB}::integer)
        )
        SELECT path.step, m.role, CASE WHEN path.step <= ${READ_MESSAGES}::integer THEN m.text END AS text, path.summary,
               c.opening_summary AS "openingSummary", c.instructions, u.text AS "userInstructions"
        FROM path JOIN message m ON m.id = path.id
        JOIN conversation c ON c.id = path.conversation_id
        LEFT JOIN user_instructions u ON u.user_id = c.user_id
        ORDER BY path.step`
      return toBranch(rows)
    },
  }
}

interface Row {
  /** 1 for the question. */
  step: number
  role: ContextMessage['role']
  /** Null where it is too far up to be shown. */
  text: string | null
  summary: string | null
  openingSummary: string | null
  instructions: string | null
  userInstructions: string | null
}

function toBranch(rows: Row[]): Branch {
  const [question] = rows
  const nearest = rows.find(({ summary }) => summary !== null)
  return {
    path: rows.flatMap(({ role, text }) => (text === null ? [] : [{ role, text }])).reverse(),
    sinceSummary: nearest ? nearest.step - 1 : rows.length,
    summary: nearest?.summary ?? question?.openingSummary ?? null,
    instructions: [question?.instructions, question?.userInstructions].filter((text) => text != null && text !== '') as string[],
  }
}
