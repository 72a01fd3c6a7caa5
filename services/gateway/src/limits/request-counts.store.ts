import type { Redis } from 'ioredis'
import { type WindowCounts, windowIndex } from './sliding-window.ts'

/** After a failure Redis is left alone for so long: no request waits for it again and again. */
const REST_MS = 2_000

export interface RequestCounts {
  /** Counts one request for `key` now. Never throws. */
  add(key: string, nowMs: number, windowMs: number): Promise<WindowCounts>
}

/**
 * Counts of all replicas together, in Redis. While Redis is away, slow or frozen each replica counts for itself, without
 * making a request wait. The client gives up after 50 ms (see deps.ts).
 */
export function createRequestCounts(redis: Pick<Redis, 'multi' | 'status'>): RequestCounts {
  const local = createLocalCounts()
  let restsUntilMs = 0

  return {
    async add(key, nowMs, windowMs) {
      const ours = local.add(key, nowMs, windowMs)
      if (nowMs < restsUntilMs || redis.status !== 'ready') return ours
      try {
        const index = windowIndex(nowMs, windowMs)
        const name = `gateway:requests:${key}:${index}`
        const replies = await redis
          .multi()
          .incr(name)
          .pexpire(name, 2 * windowMs)
          .get(`gateway:requests:${key}:${index - 1}`)
          .exec()
        return { current: Number(replies?.[0]?.[1] ?? ours.current), previous: Number(replies?.[2]?.[1] ?? 0) }
      } catch {
        restsUntilMs = Date.now() + REST_MS
        return ours
      }
    },
  }
}

/** This process's own counts, of two windows. */
function createLocalCounts() {
  let index = 0
  let current = new Map<string, number>()
  let previous = new Map<string, number>()
  return {
    add(key: string, nowMs: number, windowMs: number): WindowCounts {
      const now = windowIndex(nowMs, windowMs)
      if (now !== index) {
        previous = now === index + 1 ? current : new Map()
        current = new Map()
        index = now
      }
      const count = (current.get(key) ?? 0) + 1
      current.set(key, count)
      return { current: count, previous: previous.get(key) ?? 0 }
    },
  }
}
