import { setTimeout as delay } from 'node:timers/promises'

export interface Repetition {
  /** Waits for the round under way; no further one begins. */
  stop(): Promise<void>
}

export interface RepetitionOptions {
  everyMs: number
  /** Pause after a round that threw; as long as the others when left out. */
  retryMs?: number
  onError: (error: unknown) => void
}

/** Runs `round` again and again, never two at once. One that throws is reported and followed by the next. */
export function repeat(round: () => Promise<void>, { everyMs, retryMs = everyMs, onError }: RepetitionOptions): Repetition {
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

const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 2_000

export interface PersistenceOptions {
  /** After this the last error is thrown on. */
  giveUpAfterMs: number
  /** Asked after each failure: false ends it at once. */
  shouldGoOn: () => boolean
  onFailure: (error: unknown) => void
}

/** Tries until it succeeds, with growing pauses. */
export async function persist<T>(work: () => Promise<T>, { giveUpAfterMs, shouldGoOn, onFailure }: PersistenceOptions): Promise<T> {
  const endMs = performance.now() + giveUpAfterMs
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (!shouldGoOn() || performance.now() + pauseMs > endMs) throw error
      onFailure(error)
      await delay(pauseMs)
    }
  }
}
