import type { Sql } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { SummaryPlan } from './summary.ts'

/** More messages than this without a summary: the oldest of them are left out of it. */
const LONGEST_CLIMB = 400

export type SummaryStore = ReturnType<typeof createSummaryStore>

export function createSummaryStore(sql: Sql) {
  return {
    /** How much the branch has grown since its newest summary. */
    async measure(messageId: string): Promise<{ messages: number; characters: number }> {
      const [row] = await sql.$queryRaw<{ messages: number; characters: number }[]>`
        ${sinceSummary(messageId)}
        SELECT count(*)::integer AS messages, coalesce(sum(length(m.text)), 0)::integer AS characters
        FROM path JOIN message m ON m.id = path.id WHERE NOT path.is_covered`
      return row ?? { messages: 0, characters: 0 }
    },

    /** The branch's newest summary and every message since, oldest first. */
    async readSince(messageId: string): Promise<SummaryPlan> {
      const rows = await sql.$queryRaw<Row[]>`
        ${sinceSummary(messageId)}
        SELECT m.id, m.role, m.text, m.status = 'running' AS "isRunning", s.text AS summary, c.opening_summary AS "openingSummary"
        FROM path JOIN message m ON m.id = path.id JOIN conversation c ON c.id = m.conversation_id
        LEFT JOIN summary s ON s.message_id = m.id
        ORDER BY path.step DESC`
      const newest = rows.find(({ summary }) => summary !== null)
      return {
        previous: newest?.summary ?? rows[0]?.openingSummary ?? null,
        messages: rows.filter((row) => row !== newest).map(({ id, role, text, isRunning }) => ({ id, role, text, isRunning })),
      }
    },

    /** Ties a summary to the last message it contains. The first one stays; that of a message which is gone is dropped. */
    async add(messageId: string, text: string): Promise<void> {
      await sql.$executeRaw`
        INSERT INTO summary (message_id, conversation_id, text)
        SELECT id, conversation_id, ${text} FROM message WHERE id = ${messageId}::uuid
        ON CONFLICT (message_id) DO NOTHING`
    },
  }
}

interface Row {
  id: string
  role: 'user' | 'assistant'
  text: string
  isRunning: boolean
  summary: string | null
  openingSummary: string | null
}

/** `path`: from the message up to the nearest one with a summary, which it contains (`is_covered`). */
const sinceSummary = (messageId: string): Prisma.Sql => Prisma.sql`
  WITH RECURSIVE path AS (
    SELECT m.id, m.parent_id, 1 AS step, EXISTS (SELECT FROM summary s WHERE s.message_id = m.id) AS is_covered
    FROM message m WHERE m.id = ${messageId}::uuid
    UNION ALL
    SELECT m.id, m.parent_id, path.step + 1, EXISTS (SELECT FROM summary s WHERE s.message_id = m.id)
    FROM path JOIN message m ON m.id = path.parent_id
    WHERE NOT path.is_covered AND path.step < ${LONGEST_CLIMB}::integer
  )`
