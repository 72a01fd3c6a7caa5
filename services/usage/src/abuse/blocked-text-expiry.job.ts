import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { BlockedTextsStore } from './blocked-texts.store.ts'

const EVERY_MS = 60 * 60_000
/** Rows deleted in one statement: no lock is held for long. */
const BATCH = 1_000

interface ExpiryDeps {
  blockedTexts: Pick<BlockedTextsStore, 'deleteOld'>
  days: number
  logger: Logger
}

/** Forgets who had something refused once it is older than it may be, hourly and in batches. Several replicas do no harm. */
export function startBlockedTextExpiry({ blockedTexts, days, logger }: ExpiryDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const rest = (ms: number) => delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (!stopping.signal.aborted && (await blockedTexts.deleteOld(days, BATCH)) === BATCH) await rest(100)
      } catch (error) {
        logger.warn({ err: error }, 'old records of refused texts could not be deleted')
      }
      await rest(EVERY_MS)
    }
  }

  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
