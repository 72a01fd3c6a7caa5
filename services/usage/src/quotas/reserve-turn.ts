import type { PlanLimits } from '@parley/config'
import type { Plan } from '../entitlements/entitlements.store.ts'
import { errors } from '../errors.ts'
import { refusalOf } from '../spend/spend-cap.ts'
import { announceReached } from './announce-reached.ts'
import { limitsOf, type QuotaPlan, type QuotaState, retryAfterS } from './quota.ts'
import type { PlanTerms, ReservationsStore } from './reservations.store.ts'

export interface Quota {
  limits: Record<'free' | 'pro', PlanLimits>
  /** Micro-USD to hold for an answer whose asker does not say what it may cost. */
  defaultHold: bigint
  reservations: ReservationsStore
}

export interface TurnToReserve {
  turnId: string
  userId: string
  isAdmin: boolean
  /** What its answer may cost at most, micro-USD, under each plan. */
  holds: Readonly<Partial<Record<QuotaPlan, bigint>>>
}

export interface Reservation extends QuotaState {
  isGranted: boolean
  /** 0 when granted. */
  retryAfterS: number
  /** It reached a share of the day that is told. */
  isMark: boolean
}

/**
 * Takes a message from the quota and holds what its answer may cost, or refuses with the seconds to wait; throws where a
 * spending cap has no room. The message that takes somebody to 80 or 100
 * percent of the day says so.
 */
export async function reserveTurn(quota: Quota, turn: TurnToReserve, signal?: AbortSignal): Promise<Reservation> {
  const { turnId, userId, isAdmin } = turn
  signal?.throwIfAborted()
  const terms = { free: termsOf(quota, 'free', turn), pro: termsOf(quota, 'pro', turn) }
  let isMark = false
  const admission = await quota.reservations.reserve({ turnId, userId, isAdmin, terms }, (tx, { plan, use }) => {
    isMark = true
    return announceReached(tx, { ...allowanceOf(quota, plan, isAdmin), ...use }, userId)
  })
  if (admission.outcome === 'foreign') throw errors.turn_conflict()
  if (admission.outcome === 'capped') throw refusalOf(admission.cap, admission.now)
  // Whoever asked has given up and told the user so: nothing may stay taken.
  if (signal?.aborted && admission.outcome === 'taken') await quota.reservations.giveBack(turnId)
  signal?.throwIfAborted()
  const state: QuotaState = { ...allowanceOf(quota, admission.plan, isAdmin), ...admission.use }
  const isGranted = admission.outcome !== 'refused'
  return { ...state, isGranted, isMark, retryAfterS: isGranted ? 0 : retryAfterS(state, admission.now) }
}

/** What is left of a user's quota. */
export async function readQuota(quota: Quota, { userId, isAdmin }: { userId: string; isAdmin: boolean }): Promise<QuotaState> {
  const { plan, use } = await quota.reservations.use(userId)
  return { ...allowanceOf(quota, plan, isAdmin), ...use }
}

function termsOf(quota: Quota, billed: Plan, { isAdmin, holds }: TurnToReserve): PlanTerms {
  const { plan, limits } = allowanceOf(quota, billed, isAdmin)
  return { ...limits, hold: holds[plan] ?? quota.defaultHold }
}

function allowanceOf({ limits }: Quota, billed: Plan, isAdmin: boolean): { plan: QuotaPlan; limits: PlanLimits } {
  const plan = isAdmin ? 'admin' : billed
  return { plan, limits: limitsOf(plan, limits) }
}
