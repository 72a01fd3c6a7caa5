import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import { Prisma } from '../../prisma/generated/client.ts'
import { type CapPeriod, capsJson, type DefaultCaps, PLATFORM } from './spend-cap.ts'

export type CapsStore = ReturnType<typeof createCapsStore>

/** Whom an administrator may set a cap for. */
export type CapSubject = 'platform' | 'free' | 'pro' | { userId: string }

/** Micro-USD; null for no cap. */
export type Caps = Record<CapPeriod, bigint | null>

/** What one subject may spend, has spent and is held of it now, micro-USD. */
export interface SpendStanding {
  subject: string
  plan: 'free' | 'pro' | null
  source: 'own' | 'plan' | 'default'
  monthCap: bigint | null
  dayCap: bigint | null
  monthSpent: bigint
  daySpent: bigint
  held: bigint
  monthEndsAt: Date
  dayEndsAt: Date
}

const nameOf = (subject: CapSubject): string => (typeof subject === 'string' ? subject : subject.userId)

const startOf = (period: CapPeriod) => Prisma.sql`date_trunc(${period}, statement_timestamp() AT TIME ZONE 'UTC')`

interface CapsOptions {
  caps: DefaultCaps
  /** Called when there is news in the outbox. */
  onTold(): void
}

/**
 * Caps that administrators set, and where spending stands against those that count. Whatever is read or decided next sees a
 * change. The fact that it was made, for the audit log, is committed with it.
 */
export function createCapsStore(sql: Sql, { caps, onTold }: CapsOptions) {
  const byDefault = capsJson(caps)

  const standings = (subjects: Prisma.Sql): Promise<SpendStanding[]> => sql.$queryRaw<SpendStanding[]>`
    SELECT s.subject, s.plan, c.source, c.month_cap AS "monthCap", c.day_cap AS "dayCap", u.month_spent AS "monthSpent",
           u.day_spent AS "daySpent", u.held, (${startOf('month')} + interval '1 month') AT TIME ZONE 'UTC' AS "monthEndsAt",
           (${startOf('day')} + interval '1 day') AT TIME ZONE 'UTC' AS "dayEndsAt"
    FROM (${subjects}) AS s (subject, plan)
    CROSS JOIN LATERAL spend_use(s.subject, statement_timestamp()) AS u
    CROSS JOIN LATERAL spend_caps_of(s.subject, s.plan, ${byDefault}::jsonb) AS c
    ORDER BY u.month_spent DESC, s.subject`

  async function only(subjects: Prisma.Sql): Promise<SpendStanding> {
    const [standing] = await standings(subjects)
    if (!standing) throw new Error('a subject without a row')
    return standing
  }

  return {
    platform: (): Promise<SpendStanding> => only(Prisma.sql`SELECT ${PLATFORM}::uuid, NULL::text`),

    /** @param isAdmin left out: as of the user's last message */
    user: (userId: string, isAdmin?: boolean): Promise<SpendStanding> =>
      only(isAdmin ? Prisma.sql`SELECT ${userId}::uuid, NULL::text` : Prisma.sql`SELECT ${userId}::uuid, capped_plan(${userId}::uuid)`),

    /** Users who have spent most this month, or may spend more of it by answers that run. */
    mostSpending: (limit: number): Promise<SpendStanding[]> =>
      standings(Prisma.sql`
        SELECT subject, capped_plan(subject) FROM (
          SELECT subject FROM spend_now WHERE day >= ${startOf('month')}::date AND subject <> ${PLATFORM}::uuid
          GROUP BY subject ORDER BY sum(spent) DESC, subject LIMIT ${limit}::integer
        ) AS most`),

    async plan(plan: 'free' | 'pro'): Promise<Pick<SpendStanding, 'monthCap' | 'source'>> {
      const [row] = await sql.$queryRaw<{ monthCap: bigint | null }[]>`
        SELECT month_micro_usd AS "monthCap" FROM spend_cap WHERE subject = ${plan}`
      return row ? { ...row, source: 'own' } : { monthCap: caps[plan].month, source: 'default' }
    },

    async set(subject: CapSubject, { month, day }: Caps, actorId: string): Promise<void> {
      const name = nameOf(subject)
      await sql.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO spend_cap (subject, month_micro_usd, day_micro_usd, set_by)
          VALUES (${name}, ${month}::bigint, ${day}::bigint, ${actorId}::uuid)
          ON CONFLICT (subject) DO UPDATE SET month_micro_usd = excluded.month_micro_usd, day_micro_usd = excluded.day_micro_usd,
            set_by = excluded.set_by, set_at = now()`
        const amounts = { monthMicroUsd: month ?? undefined, dayMicroUsd: day ?? undefined }
        const message = { actorId, action: 'changed', subject: name, ...amounts, occurredAt: timestampNow() }
        await publishEvent(tx, events.capChanged, { aggregateId: name, message })
      })
      onTold()
    },

    /** Back to what counts without it. False when there was none. */
    async remove(subject: CapSubject, actorId: string): Promise<boolean> {
      const name = nameOf(subject)
      const isRemoved = await sql.$transaction(async (tx) => {
        if ((await tx.$executeRaw`DELETE FROM spend_cap WHERE subject = ${name}`) === 0) return false
        const message = { actorId, action: 'deleted', subject: name, occurredAt: timestampNow() }
        await publishEvent(tx, events.capChanged, { aggregateId: name, message })
        return true
      })
      if (isRemoved) onTold()
      return isRemoved
    },
  }
}
