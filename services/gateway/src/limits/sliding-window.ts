/** Requests counted in the current and the previous window of fixed length. */
export interface WindowCounts {
  current: number
  previous: number
}

/**
 * How many requests fall into the window that ends now: those of the current fixed window, and of the previous
 * one as large a share as the sliding window still covers.
 */
export function slidingCount({ current, previous }: WindowCounts, nowMs: number, windowMs: number): number {
  const covered = 1 - (nowMs % windowMs) / windowMs
  return Math.floor(previous * covered) + current
}

/** Number of the fixed window that `nowMs` lies in. */
export const windowIndex = (nowMs: number, windowMs: number): number => Math.floor(nowMs / windowMs)
