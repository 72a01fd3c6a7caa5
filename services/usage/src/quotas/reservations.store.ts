import type { PlanLimits } from '@parley/config'
import type { Sql, Transaction } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Plan } from '../entitlements/entitlements.store.ts'
import { capsJson, type DefaultCaps, type FullCap } from '../spend/spend-cap.ts'
import { FIRST_MARK, type QuotaUse } from './quota.ts'

export type ReservationsStore = ReturnType<typeof createReservationsStore>

export type Admission =
  /** `use` includes the message when it was taken now or before. */
  | { outcome: 'taken' | 'repeated' | 'refused'; plan: Plan; use: QuotaUse; now: Date }
  /** There are messages left, but a spending cap has no room. */
  | { outcome: 'capped'; cap: FullCap; now: Date }
  /** The turn's id belongs to somebody else. */
  | { outcome: 'foreign' }

export interface ReserveRequest {
  turnId: string
  userId: string
  /** No plan's cap binds an administrator. */
  isAdmin: boolean
  /** What each plan allows this user. */
  terms: Readonly<Record<Plan, PlanTerms>>
}

/** Messages, and the micro-USD to hold for one answer. */
export interface PlanTerms extends PlanLimits {
  hold: bigint
}

export interface ReservationRules {
  /** After this a reservation that no event ended is given back. */
  ttlS: number
  /** The same for what is held for its answer. */
  holdTtlS: number
  caps: DefaultCaps
}

interface UseRow extends QuotaUse {
  plan: Plan
  now: Date
}

interface ReservedRow extends UseRow {
  outcome: 'taken' | 'repeated' | 'refused' | 'capped' | 'foreign' | 'mark'
  owner: FullCap['owner']
  period: FullCap['period']
  isSpent: boolean
  freesAt: Date
}

const useColumns = Prisma.sql`
  plan, hour_used AS "hourUsed", day_used AS "dayUsed", hour_resets_at AS "hourResetsAt", day_resets_at AS "dayResetsAt", now`

/** Messages taken from quotas. Times are the database's. */
export function createReservationsStore(sql: Sql, { ttlS, holdTtlS, caps }: ReservationRules) {
  const byDefault = capsJson(caps)

  async function ask(client: Transaction, request: ReserveRequest, mayReachMark: boolean): Promise<ReservedRow> {
    const { turnId, userId, isAdmin, terms } = request
    const [row] = await client.$queryRaw<ReservedRow[]>`
      SELECT outcome, ${useColumns}, cap_owner AS owner, cap_period AS period, cap_is_spent AS "isSpent", cap_frees_at AS "freesAt"
      FROM reserve_turn(${turnId}::uuid, ${userId}::uuid, ${isAdmin}::boolean, ${termsJson(terms)}::jsonb, ${FIRST_MARK}::numeric,
                        ${ttlS}::integer, ${byDefault}::jsonb, ${holdTtlS}::integer, ${mayReachMark}::boolean)`
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
     * Takes one message if both windows and all spending caps have room, and holds what its answer may cost. Exact under any concurrency, in one round trip: see the function in the
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
      await releaseReservations(sql, [turnId])
    },

    /** Gives back what no event ended in time. @returns how many */
    releaseForgotten(): Promise<number> {
      return sql.$executeRaw`UPDATE reservation SET status = 'released' WHERE status = 'reserved' AND expires_at < statement_timestamp()`
    },
  }
}

function admissionOf({ outcome, plan, now, owner, period, isSpent, freesAt, ...use }: ReservedRow): Admission {
  if (outcome === 'mark') throw new Error('a mark was asked for and not reached')
  if (outcome === 'foreign') return { outcome }
  return outcome === 'capped' ? { outcome, now, cap: { owner, period, isSpent, freesAt } } : { outcome, plan, now, use }
}

const termsJson = ({ free, pro }: ReserveRequest['terms']): string =>
  JSON.stringify({ free: { ...free, hold: String(free.hold) }, pro: { ...pro, hold: String(pro.hold) } })

export interface SettledTurn {
  turnId: string
  userId: string
  endedAt: Date
}

/** Their messages count for good: whatever the reservations' states, and even if they were never made. Each turn once. */
export async function settleReservations(tx: Transaction, turns: readonly SettledTurn[]): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO reservation (turn_id, user_id, status, created_at, expires_at)
    SELECT turn_id, user_id, 'settled', ended_at, ended_at
    FROM unnest(${turns.map(({ turnId }) => turnId)}::uuid[], ${turns.map(({ userId }) => userId)}::uuid[],
                ${turns.map(({ endedAt }) => endedAt)}::timestamptz[]) AS ended (turn_id, user_id, ended_at)
    ORDER BY turn_id
    ON CONFLICT (turn_id) DO UPDATE SET status = 'settled' WHERE reservation.user_id = EXCLUDED.user_id`
}

/** Their messages go back to the users, with what was held for the answers; settled ones stay settled. */
export async function releaseReservations(tx: Transaction, turnIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    WITH given_back AS (DELETE FROM spend_hold WHERE id = ANY (${turnIds}::uuid[]))
    UPDATE reservation SET status = 'released' WHERE turn_id = ANY (${turnIds}::uuid[]) AND status = 'reserved'`
}

/** Of answers that count and cost their users nothing, or nothing that will still be told. */
export async function dropHolds(tx: Transaction, ids: readonly string[]): Promise<void> {
  await tx.$executeRaw`DELETE FROM spend_hold WHERE id = ANY (${ids}::uuid[])`
}
