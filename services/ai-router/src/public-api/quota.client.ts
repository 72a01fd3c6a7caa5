import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import { type Bus, call } from '@parley/messaging'
import type { Principal } from '@parley/principal'
import type { Plan } from '../catalogue/catalogue.ts'
import { errors } from '../errors.ts'

const RESERVE_TIMEOUT_MS = 2_000

/** Messages of a window: of how many how many are left, and the seconds until there are more. Unlimited ones are left out. */
export interface QuotaWindow {
  name: 'hour' | 'day'
  limit: number
  remaining: number
  resetS: number
}

export interface Reservation {
  /** The plan the message was granted for. */
  plan: Plan
  windows: QuotaWindow[]
}

export interface Quota {
  /**
   * Takes one message from the user's quota for a call, and holds what it may cost; repeating it for the call takes nothing
   * more. The call's event decides whether it counts. Throws `quota_exceeded`, `spend_cap_reached` or `spend_cap_held`, or
   * `service_busy` when usage cannot be asked.
   *
   * @param holds what the call may cost at most, micro-USD, under each plan that may make it
   */
  take(callId: string, principal: Principal, holds: Partial<Record<Plan, bigint>>, signal: AbortSignal): Promise<Reservation>
}

export function createQuota(bus: Bus): Quota {
  return {
    async take(callId, { userId, role }, holds, signal) {
      const question = { turnId: callId, userId, isAdmin: role === 'admin', holdMicroUsd: holds }
      const reply = await call(bus, requests.reserveTurn, question, { timeoutMs: RESERVE_TIMEOUT_MS, signal })
      if (!reply.granted) throw errors.quota_exceeded({ retryAfterS: Math.max(1, reply.retryAfterS) })
      return {
        plan: reply.plan === 'admin' || reply.plan === 'pro' ? reply.plan : 'free',
        windows: [windowOf('hour', reply.hour), windowOf('day', reply.day)].filter((window) => window !== undefined),
      }
    },
  }
}

function windowOf(
  name: QuotaWindow['name'],
  window: { limit: number; used: number; resetsAt?: Timestamp } | undefined,
): QuotaWindow | undefined {
  if (!window || window.limit < 0) return undefined
  const resetMs = window.resetsAt ? timestampDate(window.resetsAt).getTime() - Date.now() : 0
  return { name, limit: window.limit, remaining: Math.max(0, window.limit - window.used), resetS: Math.max(1, Math.ceil(resetMs / 1000)) }
}

const WINDOW_S: Readonly<Record<QuotaWindow['name'], number>> = { hour: 3_600, day: 86_400 }

/** The RateLimit headers that tell a caller what is left. */
export function quotaHeaders(windows: readonly QuotaWindow[]): Record<string, string> {
  if (windows.length === 0) return {}
  return {
    'ratelimit-policy': windows.map(({ name, limit }) => `"messages-${name}";q=${limit};w=${WINDOW_S[name]}`).join(', '),
    ratelimit: windows.map(({ name, remaining, resetS }) => `"messages-${name}";r=${remaining};t=${resetS}`).join(', '),
  }
}
