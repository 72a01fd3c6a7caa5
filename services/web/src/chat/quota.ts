import type { Limits } from './chat-api.ts'

export interface Quota {
  left: number
  limit: number
  per: 'hour' | 'day'
  resetsAt: Date
}

/** The window that runs out first; null without limits (-1). */
export function quotaOf({ hour, day }: Limits): Quota | null {
  const windows = [
    { ...day, per: 'day' as const },
    { ...hour, per: 'hour' as const },
  ].filter(({ limit }) => limit >= 0)
  const quotas = windows.map(({ limit, used, per, resetsAt }) => ({
    left: Math.max(0, limit - used),
    limit,
    per,
    resetsAt: new Date(resetsAt),
  }))
  // With the same number left the longer window is the one that matters.
  return quotas.reduce<Quota | null>((tightest, quota) => (!tightest || quota.left < tightest.left ? quota : tightest), null)
}
