import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { MailStore } from './mails.store.ts'

const EVERY_MS = 60 * 60_000
const BETWEEN_BATCHES_MS = 100

/** Forgets mails that were sent or skipped long ago, hourly and in batches. Several replicas do no harm. */
export function startPurgeMails({ mails, keptS, logger }: { mails: MailStore; keptS: number; logger: Logger }): { stop(): Promise<void> } {
  const stopping = new AbortController()
  const rest = (ms: number) => delay(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => {})

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        while (!stopping.signal.aborted && (await mails.purgeBatch(keptS)) > 0) await rest(BETWEEN_BATCHES_MS)
      } catch (error) {
        logger.warn({ err: error }, 'old mails could not be deleted')
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
