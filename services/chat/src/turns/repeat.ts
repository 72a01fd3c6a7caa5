import { setTimeout as delay } from 'node:timers/promises'

export interface Repetition {
  /** Waits for the round under way; no further one begins. */
  stop(): Promise<void>
}

/**
 * Runs `round` again and again, never two at once. A round that throws is reported and followed by the next one after
 * `retryMs`, so that what it keeps alive is not given up for one failure.
 */
export function repeat(
  round: () => Promise<void>,
  { everyMs, retryMs = everyMs, onError }: { everyMs: number; retryMs?: number; onError: (error: unknown) => void },
): Repetition {
  const stopping = new AbortController()

  async function run(): Promise<void> {
    let pauseMs = everyMs
    while (!stopping.signal.aborted) {
      await delay(pauseMs, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
      pauseMs = everyMs
      await round().catch((error: unknown) => {
        pauseMs = retryMs
        onError(error)
      })
    }
  }

  const done = run()
  return {
    stop() {
      stopping.abort()
      return done
    },
  }
}
