import type { Pressure } from '@parley/service-kit'
import type { AdmissionLimits } from '../admission/limits.ts'
import type { ClaimedTurn } from './leases.store.ts'
import { prepare, type TakeOverDependencies } from './take-over.ts'

export interface TakeWaitingDependencies extends TakeOverDependencies {
  limits: AdmissionLimits
  pressure: Pressure
}

/**
 * Takes turns that wait on a full replica, as many as there is room for here, and answers them at once. What runs and what
 * waits here comes first; of each user the oldest one goes. The full replica hears of each, and whatever it does with one
 * that is not its own any more is refused by the attempt's number. Returns how many.
 */
export async function takeWaiting(deps: TakeWaitingDependencies, from: string): Promise<number> {
  const { owner, running, leases, clocks, limits, pressure } = deps
  const limit = running.freeRoom()
  if (from === owner || limit <= 0 || pressure.delayMs > limits.maxDelayMs) return 0
  const leaseEndsAtMs = performance.now() + clocks.leaseMs
  const taken = await leases.takeWaiting({ owner, from, leaseMs: clocks.leaseMs, limit, runningPerUser: limits.runningPerUser })
  const answer = async (turn: ClaimedTurn) => running.launch({ ...(await prepare(deps, turn, leaseEndsAtMs, 'waiting')), isQueued: false })
  await Promise.all(taken.map(answer))
  return taken.length
}
