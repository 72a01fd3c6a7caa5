import type { PlanLimits } from '@parley/config'
import type { Pool, PoolClient } from 'pg'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { QuotaUse } from './quota.ts'

export type ReservationsStore = ReturnType<typeof createReservationsStore>

export type Admission =
  /** `isGranted` is false when a window is full; `use` includes the reservation when granted. */
  | { outcome: 'decided'; isGranted: boolean; use: QuotaUse; now: Date }
  /** The turn's id belongs to somebody else. */
  | { outcome: 'foreign' }

interface UseRow {
  hour_used: number
  day_used: number
  hour_resets_at: Date
  day_resets_at: Date
  now: Date
}

/** The hour slides; the day is the UTC day. Released reservations do not count. */
const COUNT_USE = `
  WITH clock AS (
    SELECT statement_timestamp() AS now, date_trunc('day', statement_timestamp(), 'UTC') AS today
  )
  SELECT
    count(*) FILTER (WHERE r.created_at > clock.now - interval '1 hour')::int AS hour_used,
    count(*) FILTER (WHERE r.created_at >= clock.today)::int AS day_used,
    coalesce(min(r.created_at) FILTER (WHERE r.created_at > clock.now - interval '1 hour'), clock.now) + interval '1 hour' AS hour_resets_at,
    clock.today + interval '1 day' AS day_resets_at,
    clock.now
  FROM clock
  LEFT JOIN reservation r ON r.user_id = $1 AND r.status <> 'released' AND r.created_at > least(clock.now - interval '1 hour', clock.today)
  GROUP BY clock.now, clock.today`

/** Messages taken from quotas. Times are the database's. */
export function createReservationsStore(pool: Pool, { ttlS }: { ttlS: number }) {
  async function countUse(client: Pool | PoolClient, userId: string): Promise<{ use: QuotaUse; now: Date }> {
    const { rows } = await client.query<UseRow>(COUNT_USE, [userId])
    const [row] = rows
    if (!row) throw new Error('counting gave no row')
    const use = { hourUsed: row.hour_used, dayUsed: row.day_used, hourResetsAt: row.hour_resets_at, dayResetsAt: row.day_resets_at }
    return { use, now: row.now }
  }

  return {
    async use(userId: string): Promise<QuotaUse> {
      return (await countUse(pool, userId)).use
    },

    /**
     * Takes one message if both windows have room. Exact under any concurrency: decisions about one user are made one
     * after the other. Repeating it for the same turn gives the same answer.
     */
    reserve: (turnId: string, userId: string, limits: PlanLimits): Promise<Admission> =>
      inTransaction(pool, async (client) => {
        await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [userId])
        const { rows: known } = await client.query<{ user_id: string; status: string }>(
          'SELECT user_id, status FROM reservation WHERE turn_id = $1',
          [turnId],
        )
        if (known[0] && known[0].user_id !== userId) return { outcome: 'foreign' }
        const before = await countUse(client, userId)
        if (known[0] && known[0].status !== 'released') return { outcome: 'decided', isGranted: true, ...before }
        if (isFull(before.use.hourUsed, limits.hour) || isFull(before.use.dayUsed, limits.day)) {
          return { outcome: 'decided', isGranted: false, ...before }
        }
        const { rowCount } = await client.query(
          `INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
           VALUES ($1, $2, 'reserved', statement_timestamp(), statement_timestamp() + make_interval(secs => $3))
           ON CONFLICT (turn_id) DO UPDATE SET status = 'reserved', created_at = EXCLUDED.created_at, expires_at = EXCLUDED.expires_at
           WHERE reservation.user_id = EXCLUDED.user_id`,
          [turnId, userId, ttlS],
        )
        // Two people with one id at the same moment: the advisory lock is per user, the row decides.
        if (rowCount === 0) return { outcome: 'foreign' }
        return { outcome: 'decided', isGranted: true, ...(await countUse(client, userId)) }
      }),

    /** Gives back what no event ended in time. @returns how many */
    async releaseForgotten(): Promise<number> {
      const { rowCount } = await pool.query(
        "UPDATE reservation SET status = 'released' WHERE status = 'reserved' AND expires_at < statement_timestamp()",
      )
      return rowCount ?? 0
    },
  }
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

async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(client)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    // Closing the connection rolls back, also when it is the connection that failed.
    client.release(true)
    throw error
  }
}
