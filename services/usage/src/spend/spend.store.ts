import { timestampFromDate, timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql, Transaction } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import { type CapPeriod, capsJson, type DefaultCaps, PLATFORM } from './spend-cap.ts'

export type SpendStore = ReturnType<typeof createSpendStore>

/** Of one transaction, so that it stays short. */
const ENTRIES_AT_ONCE = 10_000

interface ReachedCap {
  subject: string
  period: CapPeriod
  percent: number
  cap: bigint
  spent: bigint
  resetsAt: Date
}

/** Keeps the sums of what was spent, and says when they reach a cap. Any number of replicas may, at the same time. */
export function createSpendStore(sql: Sql, { caps }: { caps: DefaultCaps }) {
  const byDefault = capsJson(caps)

  /** Adds what waits to the sums, each entry once. @returns whose sums have changed */
  async function addUp(tx: Transaction): Promise<string[]> {
    const changed = await tx.$queryRaw<{ subject: string }[]>`
      WITH taken AS (
        DELETE FROM spend_entry WHERE id IN (
          SELECT id FROM spend_entry ORDER BY id LIMIT ${ENTRIES_AT_ONCE}::integer FOR UPDATE SKIP LOCKED)
        RETURNING subject, day, micro_usd
      ), sums AS (
        -- In one order everywhere: two replicas never wait for each other crosswise.
        SELECT subject, day, sum(micro_usd)::bigint AS micro_usd FROM taken GROUP BY subject, day ORDER BY subject, day
      ), added AS (
        INSERT INTO spend AS s (subject, day, micro_usd) SELECT subject, day, micro_usd FROM sums
        ON CONFLICT (subject, day) DO UPDATE SET micro_usd = s.micro_usd + excluded.micro_usd
        RETURNING subject
      )
      SELECT DISTINCT subject FROM added`
    return changed.map(({ subject }) => subject)
  }

  /** Notes the marks that have been reached and were not told of, and gives the highest of each cap. */
  const newMarks = (tx: Transaction, subjects: string[]): Promise<ReachedCap[]> => tx.$queryRaw<ReachedCap[]>`
    WITH standing AS (
      SELECT s.subject, p.period, p.starts_at, p.starts_at + ('1 ' || p.period)::interval AS ends_at, p.cap, p.spent
      FROM unnest(${subjects}::uuid[]) AS s (subject)
      CROSS JOIN LATERAL spend_caps_of(s.subject, CASE WHEN s.subject <> ${PLATFORM}::uuid THEN capped_plan(s.subject) END,
                                       ${byDefault}::jsonb) AS c
      -- Added up only where there is a cap to compare with.
      CROSS JOIN LATERAL (
        SELECT use.* FROM spend_use(s.subject, statement_timestamp()) AS use WHERE c.month_cap > 0 OR c.day_cap > 0
      ) AS u
      CROSS JOIN LATERAL (VALUES
        ('month', date_trunc('month', statement_timestamp() AT TIME ZONE 'UTC'), c.month_cap, u.month_spent),
        ('day', date_trunc('day', statement_timestamp() AT TIME ZONE 'UTC'), c.day_cap, u.day_spent)
      ) AS p (period, starts_at, cap, spent)
      WHERE p.cap > 0
    ), told AS (
      INSERT INTO spend_notice (subject, period, starts_on, percent, cap_micro_usd)
      SELECT subject, period, starts_at::date, mark.percent, cap
      FROM standing CROSS JOIN (VALUES (80), (100)) AS mark (percent)
      WHERE spent * 100 >= cap * mark.percent
      ON CONFLICT DO NOTHING
      RETURNING subject, period, percent
    )
    SELECT DISTINCT ON (subject, period) subject, period, percent, cap, spent, ends_at AT TIME ZONE 'UTC' AS "resetsAt"
    FROM told JOIN standing USING (subject, period)
    ORDER BY subject, period, percent DESC`

  return {
    /** Returns how many caps were told to be reached. */
    fold: (): Promise<number> =>
      sql.$transaction(async (tx) => {
        const subjects = await addUp(tx)
        if (subjects.length === 0) return 0
        const marks = await newMarks(tx, subjects)
        for (const { subject, period, percent, cap, spent, resetsAt } of marks) {
          await publishEvent(tx, events.spendReached, {
            aggregateId: subject,
            message: {
              ...{ userId: subject === PLATFORM ? '' : subject, period, percent },
              ...{ capMicroUsd: cap, spentMicroUsd: spent },
              ...{ resetsAt: timestampFromDate(resetsAt), occurredAt: timestampNow() },
            },
          })
        }
        return marks.length
      }),

    /** Gives back what was held for answers whose end was never told. @returns how many */
    dropForgottenHolds: (): Promise<number> => sql.$executeRaw`DELETE FROM spend_hold WHERE expires_at < statement_timestamp()`,
  }
}
