import type { PlanLimits } from '@parley/config'

/** free and pro as billing says; administrators are unlimited. */
export type QuotaPlan = 'free' | 'pro' | 'admin'

/** No limit, in contracts and in the public API. */
export const UNLIMITED = -1

/** Messages a user has taken, by the database's clock. */
export interface QuotaUse {
  hourUsed: number
  dayUsed: number
  /** When the oldest message of the last 60 minutes leaves the window. */
  hourResetsAt: Date
  /** The next midnight, UTC. */
  dayResetsAt: Date
}

export interface QuotaState extends QuotaUse {
  plan: QuotaPlan
  limits: PlanLimits
}

export const unlimited: PlanLimits = { hour: UNLIMITED, day: UNLIMITED }

/** The limits of a plan. */
export function limitsOf(plan: QuotaPlan, limits: Record<'free' | 'pro', PlanLimits>): PlanLimits {
  return plan === 'admin' ? unlimited : limits[plan]
}

/** Seconds until a refused user may try again, at least 1: the later end of the windows that are full. */
export function retryAfterS({ limits, hourUsed, dayUsed, hourResetsAt, dayResetsAt }: QuotaState, now: Date): number {
  const ends = [
    ...(limits.hour !== UNLIMITED && hourUsed >= limits.hour ? [hourResetsAt] : []),
    ...(limits.day !== UNLIMITED && dayUsed >= limits.day ? [dayResetsAt] : []),
  ]
  const latestMs = Math.max(now.getTime(), ...ends.map((end) => end.getTime()))
  return Math.max(1, Math.ceil((latestMs - now.getTime()) / 1000))
}

/** The share of a day's messages that is announced before all of them are used. */
export const FIRST_MARK = 0.8

/** The percentage of the day's messages that exactly this message reached: 80, 100, or none. */
export function reachedPercent(dayUsed: number, dayLimit: number): 80 | 100 | null {
  if (dayLimit <= 0) return null
  if (dayUsed === dayLimit) return 100
  return dayUsed === Math.ceil(dayLimit * FIRST_MARK) ? 80 : null
}
