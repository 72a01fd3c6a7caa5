import type { Sql } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import { type Branch, type ContextMessage, messageLimits } from './context-window.ts'

export type ContextStore = ReturnType<typeof createContextStore>

/** Twice as many as are shown: answers that failed before their first word do not count. */
const READ_MESSAGES = Prisma.raw(String(messageLimits.maxMessages * 2))
/** How far up a summary is looked for. It is normally found behind some twenty messages. */
const LONGEST_CLIMB = Prisma.raw('200')

/** One message by its id. Limited, so that it is never joined by reading the whole table, as plans made for a small one do. */
const messageOf = (id: Prisma.Sql): Prisma.Sql => Prisma.sql`
  LATERAL (SELECT id, parent_id, role, text, status FROM message WHERE id = ${id} LIMIT 1) AS m LEFT JOIN summary s ON s.message_id = m.id`

/**
 * The recursive term `path`: the newest messages on the way from the root to the one that `from` gives, and the nearest
 * summary above it. `from` is a query of an id and a step, 1 for the question. Climbs by primary key: the cost does not
 * depend on the conversation's length. Texts too far up to be shown are left out.
 */
export const pathFrom = (from: Prisma.Sql): Prisma.Sql => Prisma.sql`path AS (
  SELECT m.parent_id, first.step, m.role, m.text, m.status, s.text AS summary, s.text IS NOT NULL AS is_covered
  FROM (${from}) AS first (id, step), ${messageOf(Prisma.sql`first.id`)}
  UNION ALL
  SELECT m.parent_id, path.step + 1, m.role, CASE WHEN path.step < ${READ_MESSAGES} THEN m.text END, m.status,
         s.text, path.is_covered OR s.text IS NOT NULL
  FROM path, ${messageOf(Prisma.sql`path.parent_id`)}
  WHERE path.step < ${READ_MESSAGES} OR (NOT path.is_covered AND path.step < ${LONGEST_CLIMB})
)`

/** What `branchOf` needs, where `path`, a conversation `c` and its user's instructions `u` are. */
export const branchColumns = Prisma.sql`
  (SELECT json_agg(json_build_object('step', step, 'role', role, 'text', text, 'summary', summary, 'isRunning', status = 'running') ORDER BY step)
   FROM path) AS path,
  c.opening_summary AS "openingSummary", c.instructions, u.text AS "userInstructions"`

export interface BranchRow {
  /** Null for no message. */
  path: PathStep[] | null
  openingSummary: string | null
  instructions: string | null
  userInstructions: string | null
}

interface PathStep {
  /** 1 for the question. */
  step: number
  role: ContextMessage['role']
  /** Null where it is too far up to be shown. */
  text: string | null
  /** Of the conversation up to here, where there is one. */
  summary: string | null
  isRunning: boolean
}

export function createContextStore(sql: Sql) {
  return {
    /** The branch that ends with this message. */
    async read(messageId: string): Promise<Branch> {
      const [row] = await sql.$queryRaw<BranchRow[]>`
        WITH RECURSIVE ${pathFrom(Prisma.sql`SELECT ${messageId}::uuid, 1`)}
        SELECT ${branchColumns}
        FROM message q JOIN conversation c ON c.id = q.conversation_id LEFT JOIN user_instructions u ON u.user_id = c.user_id
        WHERE q.id = ${messageId}::uuid`
      return row ? branchOf(row, row.path ?? []) : { path: [], sinceSummary: 0, summary: null, instructions: [] }
    },
  }
}

/**
 * The branch of a question that was written by the statement that read what stands above it, from its parent on. Null
 * where that may be out of date, since it was read as of the statement's beginning: an answer in it was being written
 * then, or the parent was not there yet.
 */
export function branchAbove({ question, parentId }: { question: string; parentId: string | null }, row: BranchRow): Branch | null {
  const above = row.path ?? []
  if ((parentId !== null && above.length === 0) || above.some(({ isRunning }) => isRunning)) return null
  return branchOf(row, [{ step: 1, role: 'user', text: question, summary: null, isRunning: false }, ...above])
}

function branchOf({ openingSummary, instructions, userInstructions }: BranchRow, steps: PathStep[]): Branch {
  const nearest = steps.find(({ summary }) => summary !== null)
  return {
    path: steps.flatMap(({ role, text }) => (text === null ? [] : [{ role, text }])).reverse(),
    sinceSummary: nearest ? nearest.step - 1 : steps.length,
    summary: nearest?.summary ?? openingSummary,
    instructions: [instructions, userInstructions].flatMap((text) => text || []),
  }
}
