import { setTimeout as delay } from 'node:timers/promises'

/** Waits, or returns earlier when the signal fires. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return
  await delay(ms, undefined, { signal }).catch(() => {})
}
