import { setTimeout as delay } from 'node:timers/promises'
import { counter, type Logger } from '@parley/telemetry'
import type { CallProgressStore } from './call-progress.store.ts'

const lostCalls = counter({
  name: 'parley_ai_calls_lost_total',
  help: 'Calls that were booked by their last estimate, as their process was gone.',
})

interface LostCallDeps {
  calls: Pick<CallProgressStore, 'findSilent' | 'bookLost'>
  /** Called after a booking: its event waits in the outbox. */
  onBooked(): void
  silentMs: number
  logger: Logger
}

/**
 * Books the calls of processes that are gone, by their last estimates (F-2). A call has to be silent at two looks in a row:
 * after an outage of Postgres all calls are, until their processes have had the time to say that they live.
 */
export function watchForLostCalls({ calls, onBooked, silentMs, logger }: LostCallDeps): { stop(): Promise<void> } {
  const stopping = new AbortController()
  let seenSilent = new Set<string>()

  async function look(): Promise<void> {
    const silent = await calls.findSilent(silentMs)
    const twice = silent.filter((callId) => seenSilent.has(callId))
    seenSilent = new Set(silent)
    if (twice.length === 0) return
    const booked = await calls.bookLost(twice, silentMs)
    if (booked === 0) return
    lostCalls.inc(booked)
    logger.warn({ calls: booked }, 'calls of a process that is gone were booked')
    onBooked()
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await delay(silentMs / 2, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await look().catch((error: unknown) => {
        seenSilent.clear()
        logger.warn({ err: error }, 'the search for lost calls failed')
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
