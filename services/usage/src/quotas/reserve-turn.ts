import type { PlanLimits } from '@parley/config'
import type { EntitlementsStore } from '../entitlements/entitlements.store.ts'
import { errors } from '../errors.ts'
import { announceReached } from './announce-reached.ts'
import { limitsOf, type QuotaPlan, type QuotaState, retryAfterS } from './quota.ts'
import type { ReservationsStore } from './reservations.store.ts'

export interface Quota {
  limits: Record<'free' | 'pro', PlanLimits>
  entitlements: EntitlementsStore
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
  const { plan, limits } = await planAndLimits(quota, turn)
  const admission = await quota.reservations.reserve({ ...turn, limits }, async (tx, use) => {
    // Whoever asked has given up and told the user so: nothing may be taken any more.
    signal?.throwIfAborted()
    await announceReached(tx, { plan, limits, ...use }, turn.userId)
  })
  if (admission.outcome === 'foreign') throw errors.turn_conflict()
  const state: QuotaState = { plan, limits, ...admission.use }
  const isGranted = admission.outcome !== 'refused'
  return { ...state, isGranted, retryAfterS: isGranted ? 0 : retryAfterS(state, admission.now) }
}

/** What is left of a user's quota. */
export async function readQuota(quota: Quota, user: { userId: string; isAdmin: boolean }): Promise<QuotaState> {
  return { ...(await planAndLimits(quota, user)), ...(await quota.reservations.use(user.userId)) }
}

async function planAndLimits({ entitlements, limits }: Quota, { userId, isAdmin }: { userId: string; isAdmin: boolean }) {
  const plan: QuotaPlan = isAdmin ? 'admin' : await entitlements.planOf(userId)
  return { plan, limits: limitsOf(plan, limits) }
}
