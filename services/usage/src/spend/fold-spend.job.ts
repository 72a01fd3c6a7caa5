import { setTimeout as delay } from 'node:timers/promises'
import { counter, type Logger } from '@parley/telemetry'
import type { SpendStore } from './spend.store.ts'

const forgotten = counter({
  name: 'parley_spend_holds_forgotten_total',
  help: 'Amounts held for answers whose end was never told, given back.',
})

interface FoldDeps {
  spend: SpendStore
  everyMs: number
  /** Called when there is news in the outbox. */
  onTold(): void
  logger: Logger
}

/** Keeps the sums of spending short to read, and tells of caps that are nearly or entirely used. Decisions do not wait for it. */
export function foldSpend({ spend, everyMs, onTold, logger }: FoldDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function work(): Promise<void> {
    if ((await spend.fold()) > 0) onTold()
    const count = await spend.dropForgottenHolds()
    if (count === 0) return
    forgotten.inc(count)
    logger.warn({ count }, 'amounts were held for answers whose end was never told')
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await work().catch((error: unknown) => logger.warn({ err: error }, 'spending cannot be added up yet'))
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
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
