import type { PlanLimits } from '@parley/config'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { QuotaUse } from './quota.ts'

export type ReservationsStore = ReturnType<typeof createReservationsStore>

export type Admission =
  /** `use` includes the message when it was taken now or before. */
  | { outcome: 'taken' | 'repeated' | 'refused'; use: QuotaUse; now: Date }
  /** The turn's id belongs to somebody else. */
  | { outcome: 'foreign' }

interface UseRow {
  hourUsed: number
  dayUsed: number
  hourResetsAt: Date
  dayResetsAt: Date
  now: Date
}

/** Messages taken from quotas. Times are the database's. */
export function createReservationsStore(prisma: PrismaClient, { ttlS }: { ttlS: number }) {
  return {
    async use(userId: string): Promise<QuotaUse> {
      return (await countUse(prisma, userId)).use
    },

    /**
     * Takes one message if both windows have room. Exact under any concurrency: decisions about one user are made one
     * after the other. Repeating it for the same turn gives the same answer. `onTaken` runs in the same transaction.
     */
    reserve(
      turn: { turnId: string; userId: string; limits: PlanLimits },
      onTaken: (tx: Prisma.TransactionClient, use: QuotaUse) => Promise<void>,
    ): Promise<Admission> {
      return prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turn.userId}, 0))`
        const admission = await admit(tx, turn, ttlS)
        if (admission.outcome === 'taken') await onTaken(tx, admission.use)
        return admission
      })
    },

    /** Gives back what no event ended in time. @returns how many */
    releaseForgotten(): Promise<number> {
      return prisma.$executeRaw`UPDATE reservation SET status = 'released' WHERE status = 'reserved' AND expires_at < statement_timestamp()`
    },
  }
}

async function admit(
  tx: Prisma.TransactionClient,
  { turnId, userId, limits }: { turnId: string; userId: string; limits: PlanLimits },
  ttlS: number,
): Promise<Admission> {
  const known = await tx.reservation.findUnique({ where: { turnId } })
  if (known && known.userId !== userId) return { outcome: 'foreign' }
  const before = await countUse(tx, userId)
  if (known && known.status !== 'released') return { outcome: 'repeated', ...before }
  if (isFull(before.use.hourUsed, limits.hour) || isFull(before.use.dayUsed, limits.day)) return { outcome: 'refused', ...before }
  const written = await tx.$executeRaw`
    INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
    VALUES (${turnId}::uuid, ${userId}::uuid, 'reserved', statement_timestamp(), statement_timestamp() + make_interval(secs => ${ttlS}))
    ON CONFLICT (turn_id) DO UPDATE SET status = 'reserved', created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
    WHERE reservation.user_id = EXCLUDED.user_id`
  // Two people with one id at the same moment: the advisory lock is per user, the row decides.
  if (written === 0) return { outcome: 'foreign' }
  return { outcome: 'taken', ...(await countUse(tx, userId)) }
}

/** The hour slides; the day is the UTC day. Released reservations do not count. */
async function countUse(client: Prisma.TransactionClient, userId: string): Promise<{ use: QuotaUse; now: Date }> {
  const [row] = await client.$queryRaw<UseRow[]>`
    WITH clock AS (
      SELECT statement_timestamp() AS now, date_trunc('day', statement_timestamp(), 'UTC') AS today
    )
    SELECT
      count(*) FILTER (WHERE r.created_at > clock.now - interval '1 hour')::int AS "hourUsed",
      count(*) FILTER (WHERE r.created_at >= clock.today)::int AS "dayUsed",
      coalesce(min(r.created_at) FILTER (WHERE r.created_at > clock.now - interval '1 hour'), clock.now) + interval '1 hour' AS "hourResetsAt",
      clock.today + interval '1 day' AS "dayResetsAt",
      clock.now
    FROM clock
    LEFT JOIN reservation r
      ON r.user_id = ${userId}::uuid AND r.status <> 'released' AND r.created_at >= least(clock.now - interval '1 hour', clock.today)
    GROUP BY clock.now, clock.today`
  if (!row) throw new Error('counting gave no row')
  const { now, ...use } = row
  return { use, now }
}

/** The message counts for good: whatever the reservation's state, and even if it was never made. */
export async function settleReservation(tx: Prisma.TransactionClient, turnId: string, userId: string, at: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
    VALUES (${turnId}::uuid, ${userId}::uuid, 'settled', ${at}, ${at})
    ON CONFLICT (turn_id) DO UPDATE SET status = 'settled' WHERE reservation.user_id = EXCLUDED.user_id`
}

/** The message goes back to the user; a settled one stays settled. */
export async function releaseReservation(tx: Prisma.TransactionClient, turnId: string): Promise<void> {
  await tx.$executeRaw`UPDATE reservation SET status = 'released' WHERE turn_id = ${turnId}::uuid AND status = 'reserved'`
}

const isFull = (used: number, limit: number): boolean => limit >= 0 && used >= limit
