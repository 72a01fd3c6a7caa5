import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or returns earlier when the signal fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  await delay(ms, undefined, { signal }).catch(() => {})
}

/** The work's result, or undefined when it takes longer than `ms`. */
export async function atMost<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  const settled = new AbortController()
  try {
    return await Promise.race([work, pause(ms, settled.signal) as Promise<undefined>])
  } finally {
    settled.abort()
  }
}
