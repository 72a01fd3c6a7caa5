import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'

const HOUR_MS = 60 * 60_000
/** Rows deleted in one statement: no lock is held for long. */
const BATCH_ROWS = 1_000
const BETWEEN_BATCHES_MS = 100

export interface PurgeOptions {
  /** Deletes at most `limit` rows (of each table) whose time is over; returns how many that were. */
  deleteBatch(limit: number): Promise<number>
  /** What the log says when a batch fails; the rest waits for the next round. */
  failure: string
  logger: Pick<Logger, 'warn'>
  /** An hour when left out. */
  everyMs?: number
}

/**
 * Deletes what may not be kept any longer: at once, as processes seldom live for long, and every hour, in batches until
 * nothing is left. Several replicas do no harm. `stop` waits for the batch under way.
 */
export function purgeHourly({ deleteBatch, failure, logger, everyMs = HOUR_MS }: PurgeOptions): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const rest = (ms: number) => delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (!stopping.signal.aborted && (await deleteBatch(BATCH_ROWS)) > 0) await rest(BETWEEN_BATCHES_MS)
      } catch (error) {
        logger.warn({ err: error }, failure)
      }
      await rest(everyMs)
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
