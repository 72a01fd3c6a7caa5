import { requests } from '@parley/contracts'
import { type Bus, call } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import { errors } from '../errors.ts'
import type { Plan } from '../turns/turn.ts'
import type { CostBounds } from './cost-bounds.client.ts'

const ASK_TIMEOUT_MS = 2_000

export interface TurnToReserve {
  id: string
  principal: Principal
  /** A catalogue id or `auto`; null for the conversation's own. */
  model: string | null
}

export interface Quota {
  /**
   * Takes one message from the user's quota, holds what its answer may cost of the spending caps, and tells the plan it was
   * granted for; repeating it for a turn takes nothing more. Throws a refusal (`isRefusal`), or `service_busy` when usage
   * cannot be asked.
   */
  reserve(turn: TurnToReserve, signal?: AbortSignal): Promise<Plan>
}

interface QuotaDependencies {
  bus: Bus
  costBounds: Pick<CostBounds, 'ofAnswer'>
  /** The most tokens that an answer's model is shown. */
  mostInputTokens: number
}

export function createQuota({ bus, costBounds, mostInputTokens }: QuotaDependencies): Quota {
  return {
    async reserve({ id, principal, model }, signal) {
      const { userId, role } = principal
      const holdMicroUsd = costBounds.ofAnswer(model, mostInputTokens)
      const question = { turnId: id, userId, isAdmin: role === 'admin', holdMicroUsd }
      const reply = await call(bus, requests.reserveTurn, question, { timeoutMs: ASK_TIMEOUT_MS, signal })
      if (!reply.granted) throw errors.quota_exceeded({ retryAfterS: Math.max(1, reply.retryAfterS) })
      return reply.plan === 'admin' || reply.plan === 'pro' ? reply.plan : 'free'
    },
  }
}

/** Usage said no: nothing was taken. */
export const refusals: ReadonlySet<string> = new Set(['quota_exceeded', 'spend_cap_reached', 'spend_cap_held'])

export interface Expenses {
  /**
   * Sets aside what a call on the platform's account may cost. Throws `spend_cap_reached` or `spend_cap_held` where the platform's
   * cap has no room, or `service_busy` when usage cannot be asked: the call must not be made then.
   */
  hold(expense: { callId: string; purpose: 'title' | 'summary'; inputTokens: number }, signal: AbortSignal): Promise<void>
}

export function createExpenses({ bus, costBounds }: { bus: Bus; costBounds: Pick<CostBounds, 'ofExpense'> }): Expenses {
  return {
    async hold({ callId, purpose, inputTokens }, signal) {
      const holdMicroUsd = costBounds.ofExpense(purpose, inputTokens)
      await call(bus, requests.holdExpense, { callId, holdMicroUsd }, { timeoutMs: ASK_TIMEOUT_MS, signal })
    },
  }
}
