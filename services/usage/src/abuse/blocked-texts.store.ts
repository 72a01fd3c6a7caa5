import type { Sql, Transaction } from '@parley/database'
import { v7 as newId } from 'uuid'
import { Prisma } from '../../prisma/generated/client.ts'

export const BLOCKED_PROMPTS = 'blocked_prompts'

export interface BlockedText {
  callId: string
  userId: string
  side: string
  category: string
  occurredAt: Date
}

export interface BlockedUser {
  userId: string
  prompts: number
  answers: number
  categories: Record<string, number>
  lastAt: Date
  reportedAt: Date | null
}

/** How often is too often. */
export interface AbuseRule {
  prompts: number
  windowS: number
}

export type BlockedTextsStore = ReturnType<typeof createBlockedTextsStore>

/**
 * What counts against a user: refused questions. Not an answer that was stopped, as a model wrote it, nor what a tool gave
 * back; and nobody is to be punished for speaking of hurting himself.
 */
const COUNTS = Prisma.sql`side = 'input' AND category NOT IN ('self_harm', 'tool_injection')`

export function createBlockedTextsStore(sql: Sql) {
  return {
    /** Who had most questions refused in `[from, to)`, at most `limit` users. */
    usersOf: (from: Date, to: Date, limit: number): Promise<BlockedUser[]> => sql.$queryRaw<BlockedUser[]>`
      WITH blocked AS (
        SELECT user_id, call_id, side, category, occurred_at FROM blocked_text WHERE occurred_at >= ${from} AND occurred_at < ${to}
      ), by_category AS (
        SELECT user_id, jsonb_object_agg(category, calls) AS categories
        FROM (SELECT user_id, category, count(DISTINCT call_id)::int AS calls FROM blocked GROUP BY 1, 2) AS counted GROUP BY 1
      )
      SELECT user_id AS "userId", categories, max(occurred_at) AS "lastAt",
        count(DISTINCT call_id) FILTER (WHERE side = 'input')::int AS prompts,
        count(DISTINCT call_id) FILTER (WHERE side = 'output')::int AS answers,
        (SELECT max(occurred_at) FROM abuse_finding AS found
          WHERE found.user_id = blocked.user_id AND kind = ${BLOCKED_PROMPTS} AND found.occurred_at >= ${from} AND found.occurred_at < ${to})
          AS "reportedAt"
      FROM blocked JOIN by_category USING (user_id)
      GROUP BY user_id, categories ORDER BY prompts DESC, "lastAt" DESC LIMIT ${limit}::int`,

    /** Deletes a batch of what is older than `days` by the database's clock; returns how many rows that were. */
    async deleteOld(days: number, batch: number): Promise<number> {
      const texts = await sql.$executeRaw`
        DELETE FROM blocked_text WHERE (call_id, side, category) IN (
          SELECT call_id, side, category FROM blocked_text WHERE occurred_at < now() - make_interval(days => ${days}::int)
          ORDER BY occurred_at LIMIT ${batch}::int)`
      const findings = await sql.$executeRaw`
        DELETE FROM abuse_finding WHERE id IN (
          SELECT id FROM abuse_finding WHERE occurred_at < now() - make_interval(days => ${days}::int) ORDER BY occurred_at LIMIT ${batch}::int)`
      return Math.max(texts, findings)
    },
  }
}

/** Too many within one window. */
export interface Excess {
  count: number
  /** When the last one that counted happened. */
  occurredAt: Date
}

/**
 * Remembers that a text was refused and finds out whether its user had too many within one window. Returns it where it
 * is news: a user is found at most once a window. Events may come in any order and late: a window is where its texts
 * are, not where the clock is.
 */
export async function countBlockedText(
  tx: Transaction,
  { callId, userId, side, category, occurredAt }: BlockedText,
  { prompts, windowS }: AbuseRule,
): Promise<Excess | null> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`blocked ${userId}`}, 0))`
  const added = await tx.$executeRaw`
    INSERT INTO blocked_text (call_id, side, category, user_id, occurred_at)
    VALUES (${callId}::uuid, ${side}, ${category}, ${userId}::uuid, ${occurredAt}::timestamptz) ON CONFLICT DO NOTHING`
  if (added === 0) return null
  const [found] = await tx.$queryRaw<Excess[]>`
    WITH near AS (
      SELECT call_id, min(occurred_at) AS at FROM blocked_text
      WHERE user_id = ${userId}::uuid AND ${COUNTS}
        AND occurred_at > ${occurredAt}::timestamptz - make_interval(secs => ${windowS}::int)
        AND occurred_at < ${occurredAt}::timestamptz + make_interval(secs => ${windowS}::int)
      GROUP BY call_id
    ), counted AS (
      SELECT at, count(*) OVER (ORDER BY at RANGE BETWEEN make_interval(secs => ${windowS}::int) PRECEDING AND CURRENT ROW)::int AS count FROM near
    ), worst AS (
      SELECT at, count FROM counted WHERE count >= ${prompts}::int ORDER BY count DESC, at LIMIT 1
    )
    INSERT INTO abuse_finding (id, user_id, kind, count, occurred_at)
    SELECT ${newId()}::uuid, ${userId}::uuid, ${BLOCKED_PROMPTS}, count, at FROM worst
    WHERE NOT EXISTS (
      SELECT FROM abuse_finding AS earlier WHERE earlier.user_id = ${userId}::uuid AND kind = ${BLOCKED_PROMPTS}
        AND earlier.occurred_at > worst.at - make_interval(secs => ${windowS}::int)
        AND earlier.occurred_at < worst.at + make_interval(secs => ${windowS}::int))
    RETURNING count, occurred_at AS "occurredAt"`
  return found ?? null
}
