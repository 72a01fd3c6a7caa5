import { requests } from '@parley/contracts'
import { type Bus, call } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { errors } from '../errors.ts'
import type { Plan } from '../turns/turn.ts'

const RESERVE_TIMEOUT_MS = 2_000

export interface Quota {
  /**
   * Takes one message from the user's quota and tells the plan it was granted for; repeating it for a turn takes
   * nothing more. Throws `quota_exceeded`, or `service_busy` when usage cannot be asked.
   */
  reserve(turn: { id: string; principal: Principal }, signal?: AbortSignal): Promise<Plan>
}

export function createQuota(bus: Bus): Quota {
  return {
    async reserve({ id, principal }, signal) {
      const { userId, role } = principal
      const options = { timeoutMs: RESERVE_TIMEOUT_MS, signal }
      const reply = await call(bus, requests.reserveTurn, { turnId: id, userId, isAdmin: role === 'admin' }, options)
      if (!reply.granted) throw errors.quota_exceeded({ retryAfterS: Math.max(1, reply.retryAfterS) })
      return reply.plan === 'admin' || reply.plan === 'pro' ? reply.plan : 'free'
    },
  }
}
