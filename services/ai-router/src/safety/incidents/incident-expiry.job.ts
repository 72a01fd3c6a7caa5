import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { IncidentStore } from './incidents.store.ts'

const EVERY_MS = 60 * 60_000
/** Rows deleted in one statement: no lock is held for long. */
const BATCH = 1_000

interface ExpiryDeps {
  incidents: Pick<IncidentStore, 'deleteOld'>
  days: number
  logger: Logger
}

/** Deletes incidents that are older than they may be, hourly and in batches. Several replicas do no harm. */
export function startIncidentExpiry({ incidents, days, logger }: ExpiryDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const rest = (ms: number) => delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (!stopping.signal.aborted && (await incidents.deleteOld(days, BATCH)) === BATCH) await rest(100)
      } catch (error) {
        logger.warn({ err: error }, 'old incidents could not be deleted')
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
