import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { purgeStore } from './purge.store.ts'

const EVERY_MS = 60 * 60_000

/** Deletes expired sessions, tokens, requests and attempts, hourly and in batches. Several replicas do no harm. */
export function startPurge({ purge, logger }: { purge: ReturnType<typeof purgeStore>; logger: Logger }): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (!stopping.signal.aborted && (await purge.purgeBatch()) > 0) await rest(100)
      } catch (error) {
        logger.warn({ err: error }, 'what has expired could not be deleted')
      }
      await rest(EVERY_MS)
    }
  }

  const rest = (ms: number) => delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
