import { errors } from '../errors.ts'

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 30
const MAX_DAYS = 366

/** What a report is about: by default the last 30 days. Throws `invalid_period`. */
export function periodOf(query: { from?: string; to?: string }): { from: Date; to: Date } {
  const to = query.to ? new Date(query.to) : new Date()
  const from = query.from ? new Date(query.from) : new Date(to.getTime() - DEFAULT_DAYS * DAY_MS)
  const spanMs = to.getTime() - from.getTime()
  if (spanMs <= 0 || spanMs > MAX_DAYS * DAY_MS) throw errors.invalid_period()
  return { from, to }
}
