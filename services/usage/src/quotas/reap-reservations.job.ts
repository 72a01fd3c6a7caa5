import { setTimeout as delay } from 'node:timers/promises'
import { counter, type Logger } from '@parley/telemetry'
import type { ReservationsStore } from './reservations.store.ts'

const reaped = counter({ name: 'parley_reservations_reaped_total', help: 'Reservations given back because no event ended them.' })

/** Gives forgotten reservations back: with the default life of 270 s within 5 minutes (B-4). */
export function startReaper({
  reservations,
  logger,
  everyMs = 15_000,
}: {
  reservations: Pick<ReservationsStore, 'releaseForgotten'>
  logger: Logger
  everyMs?: number
}): { stop(): Promise<void> } {
  const stopping = new AbortController()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        const count = await reservations.releaseForgotten()
        if (count > 0) {
          reaped.inc(count)
          logger.warn({ count }, 'forgotten reservations were given back')
        }
      } catch (error) {
        logger.warn({ err: error }, 'reservations cannot be reaped yet')
      }
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
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
