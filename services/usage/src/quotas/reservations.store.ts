import type { PlanLimits } from '@parley/config'
import type { Sql, Transaction } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Plan } from '../entitlements/entitlements.store.ts'
import { FIRST_MARK, type QuotaUse } from './quota.ts'

export type ReservationsStore = ReturnType<typeof createReservationsStore>

export type Admission =
  /** `use` includes the message when it was taken now or before. */
  | { outcome: 'taken' | 'repeated' | 'refused'; plan: Plan; use: QuotaUse; now: Date }
  /** The turn's id belongs to somebody else. */
  | { outcome: 'foreign' }

export interface ReserveRequest {
  turnId: string
  userId: string
  /** What each plan allows this user. */
  limits: Readonly<Record<Plan, PlanLimits>>
}

interface UseRow extends QuotaUse {
  plan: Plan
  now: Date
}

interface ReservedRow extends UseRow {
  outcome: 'taken' | 'repeated' | 'refused' | 'foreign' | 'mark'
}

const useColumns = Prisma.sql`
  plan, hour_used AS "hourUsed", day_used AS "dayUsed", hour_resets_at AS "hourResetsAt", day_resets_at AS "dayResetsAt", now`

/** Messages taken from quotas. Times are the database's. */
export function createReservationsStore(sql: Sql, { ttlS }: { ttlS: number }) {
  async function ask(client: Transaction, request: ReserveRequest, mayReachMark: boolean): Promise<ReservedRow> {
    const { turnId, userId, limits } = request
    const [row] = await client.$queryRaw<ReservedRow[]>`
      SELECT outcome, ${useColumns}
      FROM reserve_message(${turnId}::uuid, ${userId}::uuid, ${JSON.stringify(limits)}::jsonb, ${FIRST_MARK}::numeric, ${ttlS}::integer,
                           ${mayReachMark}::boolean)`
    if (!row) throw new Error('a function without a row')
    return row
  }

  return {
    /** A user's plan, and what was taken from its quota. */
    async use(userId: string): Promise<{ plan: Plan; use: QuotaUse }> {
      const [row] = await sql.$queryRaw<UseRow[]>`SELECT ${useColumns} FROM quota_use(${userId}::uuid)`
      if (!row) throw new Error('a function without a row')
      const { plan, now: _now, ...use } = row
      return { plan, use }
    },

    /**
     * Takes one message if both windows have room. Exact under any concurrency, in one round trip: see the function in the
     * migrations. Repeating it for the same turn gives the same answer. The message that reaches a mark of the day is
     * taken in one transaction with `onMark`.
     */
    async reserve(
      request: ReserveRequest,
      onMark: (tx: Transaction, taken: { plan: Plan; use: QuotaUse }) => Promise<void>,
    ): Promise<Admission> {
      const quick = await ask(sql, request, false)
      if (quick.outcome !== 'mark') return admissionOf(quick)
      return sql.$transaction(async (tx) => {
        const admission = admissionOf(await ask(tx, request, true))
        if (admission.outcome === 'taken') await onMark(tx, admission)
        return admission
      })
    },

    /** Gives back what was taken for somebody who did not wait for it. */
    async giveBack(turnId: string): Promise<void> {
      await releaseReservation(sql, turnId)
    },

    /** Gives back what no event ended in time. @returns how many */
    releaseForgotten(): Promise<number> {
      return sql.$executeRaw`UPDATE reservation SET status = 'released' WHERE status = 'reserved' AND expires_at < statement_timestamp()`
    },
  }
}

function admissionOf({ outcome, plan, now, ...use }: ReservedRow): Admission {
  if (outcome === 'mark') throw new Error('a mark was asked for and not reached')
  return outcome === 'foreign' ? { outcome } : { outcome, plan, now, use }
}

/** The message counts for good: whatever the reservation's state, and even if it was never made. */
export async function settleReservation(tx: Transaction, turnId: string, userId: string, at: Date): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
    VALUES (${turnId}::uuid, ${userId}::uuid, 'settled', ${at}, ${at})
    ON CONFLICT (turn_id) DO UPDATE SET status = 'settled' WHERE reservation.user_id = EXCLUDED.user_id`
}

/** The message goes back to the user; a settled one stays settled. */
export async function releaseReservation(tx: Transaction, turnId: string): Promise<void> {
  await tx.$executeRaw`UPDATE reservation SET status = 'released' WHERE turn_id = ${turnId}::uuid AND status = 'reserved'`
}
