import type { Logger } from '@parley/telemetry'
import type { Clocks } from './clocks.ts'
import type { LeaseStore } from './leases.store.ts'
import { type Repetition, repeat } from './repetition.ts'
import { attemptOf } from './running-turn.ts'
import type { RunningTurns } from './running-turns.ts'

/** Looks at the leases for each that could end: an owner survives the loss of several. */
const LOOKS_PER_LEASE = 6
/** The share of a lease that has passed when it is renewed. A text that grows has extended it before: every second. */
const RENEWED_AFTER = 1 / 4
const RETRY_MS = 250

interface Dependencies {
  running: RunningTurns
  leases: LeaseStore
  clocks: Clocks
  logger: Logger
}

/** Keeps the leases of the turns that nothing else has extended, one statement for all. Learns from it what was lost and what is to stop. */
export function keepLeases({ running, leases, clocks: { leaseMs }, logger }: Dependencies): Repetition {
  const everyMs = leaseMs / LOOKS_PER_LEASE

  async function renew(): Promise<void> {
    const leaseEndsAtMs = performance.now() + leaseMs
    const turns = running.all().filter((turn) => leaseEndsAtMs - turn.leaseEndsAtMs > leaseMs * RENEWED_AFTER)
    if (turns.length === 0) return
    running.noteHeld(turns, await leases.renew(turns.map(attemptOf), leaseMs), leaseEndsAtMs)
  }

  function onError(error: unknown): void {
    running.noteDatabaseAway()
    logger.warn({ err: error }, 'leases could not be renewed')
  }

  return repeat(renew, { everyMs, retryMs: Math.min(RETRY_MS, everyMs), onError })
}
