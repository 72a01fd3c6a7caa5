import { counter, gauge, type Logger } from '@parley/telemetry'
import type { CallRecord, CallUsage } from './call-record.ts'
import type { CallStore } from './calls.store.ts'

/** Books calls that are over, also while Postgres is away. */
export interface Bookings {
  /**
   * Resolves when the call is stored, at the latest after `waitMs`: an answer is not held back for longer, the booking
   * goes on being tried. Never rejects.
   *
   * @returns whether it is stored by then, with these figures
   */
  book(call: CallRecord): Promise<boolean>
  /** Waits for what is left, at most `timeoutMs`; what is not stored by then is written to the log with its figures. */
  close(timeoutMs: number): Promise<void>
}

interface BookingDeps {
  calls: Pick<CallStore, 'book'>
  /** Called once for each call: it is stored, and its event waits in the outbox, or it is given up. */
  onSettled(callId: string, isStored: boolean): void
  logger: Logger
  waitMs: number
  /** Most bookings that wait at a time; beyond it one attempt is all. */
  capacity?: number
  /** A booking that fails for this long fails for a reason that waiting does not mend. */
  giveUpAfterMs?: number
}

const FIRST_DELAY_MS = 50
const LONGEST_DELAY_MS = 5_000

export function createBookings({ calls, onSettled, logger, waitMs, capacity = 10_000, giveUpAfterMs = 3_600_000 }: BookingDeps): Bookings {
  const pending = new Set<Promise<boolean>>()
  const closing = new AbortController()
  gauge({
    name: 'parley_ai_bookings_pending',
    help: 'Calls that are over and not stored yet.',
    collect() {
      this.set(pending.size)
    },
  })
  const lost = counter({ name: 'parley_ai_bookings_lost_total', help: 'Calls that could not be stored; their figures are in the log.' })

  async function store(call: CallRecord): Promise<boolean> {
    const giveUpAt = pending.size < capacity ? performance.now() + giveUpAfterMs : 0
    for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(2 * delayMs, LONGEST_DELAY_MS)) {
      try {
        const isOurs = await calls.book(call)
        onSettled(call.callId, true)
        if (!isOurs) logger.warn({ call: printable(call) }, 'a call was booked as lost before its process booked it')
        return isOurs
      } catch (error) {
        if (performance.now() >= giveUpAt || closing.signal.aborted) {
          onSettled(call.callId, false)
          lost.inc()
          logger.error({ err: error, call: printable(call) }, 'a call could not be booked and is given up')
          return false
        }
        logger.warn({ err: error, callId: call.callId, delayMs }, 'a call could not be booked, trying again')
      }
      await sleep(delayMs * (0.5 + Math.random() / 2), closing.signal)
    }
  }

  return {
    async book(call) {
      const stored = store(call)
      pending.add(stored)
      void stored.finally(() => pending.delete(stored))
      return atMost(waitMs, stored, false)
    },
    async close(timeoutMs) {
      await atMost(timeoutMs, Promise.all(pending), [])
      // Ends the pauses: every booking that is left gets one more attempt.
      closing.abort()
      await Promise.all(pending)
    },
  }
}

/** What comes of the work, or `otherwise` when that takes longer. */
function atMost<Result>(durationMs: number, work: Promise<Result>, otherwise: Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, durationMs, otherwise)
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** Resolves after a time, or at once when `signal` fires. */
function sleep(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const timer = setTimeout(done, durationMs)
    signal.addEventListener('abort', done)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
  })
}

/** JSON knows no bigint. */
const printable = ({ usage, legs, ...call }: CallRecord) => ({
  ...call,
  usage: printableUsage(usage),
  legs: legs.map((leg) => ({ ...leg, usage: printableUsage(leg.usage) })),
})
const printableUsage = (usage: CallUsage | null) => usage && { ...usage, costMicroUsd: String(usage.costMicroUsd) }
