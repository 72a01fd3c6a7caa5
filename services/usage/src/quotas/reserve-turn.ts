import type { PlanLimits } from '@parley/config'
import type { Plan } from '../entitlements/entitlements.store.ts'
import { errors } from '../errors.ts'
import { announceReached } from './announce-reached.ts'
import { limitsOf, type QuotaPlan, type QuotaState, retryAfterS } from './quota.ts'
import type { ReservationsStore } from './reservations.store.ts'

export interface Quota {
  limits: Record<'free' | 'pro', PlanLimits>
  reservations: ReservationsStore
}

export interface Reservation extends QuotaState {
  isGranted: boolean
  /** 0 when granted. */
  retryAfterS: number
}

/**
 * Takes a message from the quota, or refuses with the seconds to wait. The message that takes somebody to 80 or 100
 * percent of the day says so.
 */
export async function reserveTurn(
  quota: Quota,
  turn: { turnId: string; userId: string; isAdmin: boolean },
  signal?: AbortSignal,
): Promise<Reservation> {
  const { turnId, userId, isAdmin } = turn
  signal?.throwIfAborted()
  const limits = { free: allowanceOf(quota, 'free', isAdmin).limits, pro: allowanceOf(quota, 'pro', isAdmin).limits }
  const admission = await quota.reservations.reserve({ turnId, userId, limits }, (tx, { plan, use }) =>
    announceReached(tx, { ...allowanceOf(quota, plan, isAdmin), ...use }, userId),
  )
  if (admission.outcome === 'foreign') throw errors.turn_conflict()
  // Whoever asked has given up and told the user so: nothing may stay taken.
  if (signal?.aborted && admission.outcome === 'taken') await quota.reservations.giveBack(turnId)
  signal?.throwIfAborted()
  const state: QuotaState = { ...allowanceOf(quota, admission.plan, isAdmin), ...admission.use }
  const isGranted = admission.outcome !== 'refused'
  return { ...state, isGranted, retryAfterS: isGranted ? 0 : retryAfterS(state, admission.now) }
}

/** What is left of a user's quota. */
export async function readQuota(quota: Quota, { userId, isAdmin }: { userId: string; isAdmin: boolean }): Promise<QuotaState> {
  const { plan, use } = await quota.reservations.use(userId)
  return { ...allowanceOf(quota, plan, isAdmin), ...use }
}

function allowanceOf({ limits }: Quota, billed: Plan, isAdmin: boolean): { plan: QuotaPlan; limits: PlanLimits } {
  const plan = isAdmin ? 'admin' : billed
  return { plan, limits: limitsOf(plan, limits) }
}
