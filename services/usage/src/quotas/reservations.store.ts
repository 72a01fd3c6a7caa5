import type { PlanLimits } from '@parley/config'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { Plan } from '../entitlements/entitlements.store.ts'
import type { QuotaUse } from './quota.ts'

export type ReservationsStore = ReturnType<typeof createReservationsStore>

export type Admission =
  /** `use` includes the message when it was taken now or before. */
  | { outcome: 'taken' | 'repeated' | 'refused'; plan: Plan; use: QuotaUse; now: Date }
  /** The turn's id belongs to somebody else. */
  | { outcome: 'foreign' }

export interface ReserveRequest {
  turnId: string
  userId: string
  /** What a plan allows this user. */
  limitsOf: (plan: Plan) => PlanLimits
}

/** Messages taken from quotas. Times are the database's. */
export function createReservationsStore(prisma: PrismaClient, { ttlS }: { ttlS: number }) {
  return {
    /** A user's plan, and what was taken from its quota. */
    async use(userId: string): Promise<{ plan: Plan; use: QuotaUse }> {
      const { plan, use } = await look(prisma, { userId, turnId: null })
      return { plan, use }
    },

    /**
     * Takes one message if both windows have room. Exact under any concurrency: decisions about one user are made one
     * after the other. Repeating it for the same turn gives the same answer. `onTaken` runs in the same transaction.
     */
    reserve(
      request: ReserveRequest,
      onTaken: (tx: Prisma.TransactionClient, taken: { plan: Plan; use: QuotaUse }) => Promise<void>,
    ): Promise<Admission> {
      return prisma.$transaction(async (tx) => {
        // On the way to the first token: does not wait for the disk. A reservation that a crash of Postgres takes with it
        // is made up for when its turn's end is heard.
        await tx.$executeRaw`
          SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock(hashtextextended(${request.userId}, 0))`
        const admission = await admit(tx, request, ttlS)
        if (admission.outcome === 'taken') await onTaken(tx, admission)
        return admission
      })
    },

    /** Gives back what no event ended in time. @returns how many */
    releaseForgotten(): Promise<number> {
      return prisma.$executeRaw`UPDATE reservation SET status = 'released' WHERE status = 'reserved' AND expires_at < statement_timestamp()`
    },
  }
}

async function admit(tx: Prisma.TransactionClient, { turnId, userId, limitsOf }: ReserveRequest, ttlS: number): Promise<Admission> {
  const { known, ...before } = await look(tx, { userId, turnId })
  if (known && known.userId !== userId) return { outcome: 'foreign' }
  if (known && known.status !== 'released') return { outcome: 'repeated', ...before }
  const limits = limitsOf(before.plan)
  const { now, use } = before
  if (isFull(use.hourUsed, limits.hour) || isFull(use.dayUsed, limits.day)) return { outcome: 'refused', ...before }
  // At the moment the windows were counted for, so that both belong to one day.
  const written = await tx.$executeRaw`
    INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
    VALUES (${turnId}::uuid, ${userId}::uuid, 'reserved', ${now}::timestamptz, ${now}::timestamptz + make_interval(secs => ${ttlS}))
    ON CONFLICT (turn_id) DO UPDATE SET status = 'reserved', created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
    WHERE reservation.user_id = EXCLUDED.user_id`
  // Two people with one id at the same moment: the advisory lock is per user, the row decides.
  if (written === 0) return { outcome: 'foreign' }
  return { ...before, outcome: 'taken', use: { ...use, hourUsed: use.hourUsed + 1, dayUsed: use.dayUsed + 1 } }
}

interface Look {
  plan: Plan
  use: QuotaUse
  now: Date
  /** The reservation of the turn, if there is one. */
  known: { userId: string; status: string } | null
}

/** In one statement: the turn's reservation, the user's plan, and what counts of its messages. */
async function look(client: Prisma.TransactionClient, { userId, turnId }: { userId: string; turnId: string | null }): Promise<Look> {
  // The hour slides; the day is the UTC day. Released reservations do not count. Milliseconds are what a
  // time keeps on its way through this process.
  const [row] = await client.$queryRaw<(QuotaUse & { plan: Plan; now: Date; knownUserId: string | null; knownStatus: string })[]>`
    WITH clock AS (
      SELECT date_trunc('milliseconds', statement_timestamp()) AS now, date_trunc('day', statement_timestamp(), 'UTC') AS today
    ), counted AS (
      SELECT
        count(*) FILTER (WHERE r.created_at > clock.now - interval '1 hour')::int AS "hourUsed",
        count(*) FILTER (WHERE r.created_at >= clock.today)::int AS "dayUsed",
        coalesce(min(r.created_at) FILTER (WHERE r.created_at > clock.now - interval '1 hour'), clock.now) + interval '1 hour' AS "hourResetsAt",
        clock.today + interval '1 day' AS "dayResetsAt",
        clock.now
      FROM clock
      LEFT JOIN reservation r
        ON r.user_id = ${userId}::uuid AND r.status <> 'released' AND r.created_at >= least(clock.now - interval '1 hour', clock.today)
      GROUP BY clock.now, clock.today
    )
    SELECT counted.*, coalesce(e.plan, 'free') AS plan, known.user_id AS "knownUserId", known.status AS "knownStatus"
    FROM counted
    LEFT JOIN entitlement e ON e.user_id = ${userId}::uuid
    LEFT JOIN reservation known ON known.turn_id = ${turnId}::uuid`
  if (!row) throw new Error('counting gave no row')
  const { plan, now, knownUserId, knownStatus, ...use } = row
  return { plan, now, use, known: knownUserId === null ? null : { userId: knownUserId, status: knownStatus } }
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
