import type { Limits } from './chat-api.ts'

export interface Quota {
  left: number
  limit: number
  per: 'hour' | 'day'
  resetsAt: Date
}

/** So few left of an hour are worth saying; otherwise the day is what people count in. */
const FEW = 5

/** What is left, in the window that matters to the reader: the day's, or the hour's when that is about to run out first. */
export function quotaOf({ hour, day }: Limits): Quota | null {
  const hourly = toQuota('hour', hour)
  const daily = toQuota('day', day)
  if (!daily || !hourly) return daily ?? hourly
  return hourly.left <= FEW && hourly.left < daily.left ? hourly : daily
}

/** Null without a limit (-1). */
function toQuota(per: Quota['per'], { limit, used, resetsAt }: Limits['hour']): Quota | null {
  return limit < 0 ? null : { left: Math.max(0, limit - used), limit, per, resetsAt: new Date(resetsAt) }
}
