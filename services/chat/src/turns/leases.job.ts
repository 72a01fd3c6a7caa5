import type { Logger } from '@parley/telemetry'
import type { Clocks } from './clocks.ts'
import type { LeaseStore } from './leases.store.ts'
import { type Repetition, repeat } from './repetition.ts'
import { attemptOf, interrupt } from './running-turn.ts'
import type { RunningTurns } from './running-turns.ts'

/** Renewals a lease survives the loss of. */
const RENEWALS_PER_LEASE = 3
const RETRY_MS = 250

interface Dependencies {
  running: RunningTurns
  leases: LeaseStore
  clocks: Clocks
  logger: Logger
}

/** Keeps the leases of all running turns, one statement for all. Learns from it what was lost and what is to stop. */
export function keepLeases({ running, leases, clocks: { leaseMs }, logger }: Dependencies): Repetition {
  const everyMs = leaseMs / RENEWALS_PER_LEASE

  async function renew(): Promise<void> {
    const turns = running.all()
    if (turns.length === 0) return
    const askedAtMs = performance.now()
    const rows = await leases.renew(turns.map(attemptOf), leaseMs)
    running.noteDatabase('back')
    const renewed = new Map(rows.map((row) => [row.id, row]))
    for (const turn of turns) {
      const row = renewed.get(turn.work.id)
      if (!row) running.lose(turn)
      else turn.leaseEndsAtMs = askedAtMs + leaseMs
      if (row?.isStopRequested) interrupt(turn, 'stopped')
    }
  }

  function onError(error: unknown): void {
    running.noteDatabase('away')
    logger.warn({ err: error }, 'leases could not be renewed')
  }

  return repeat(renew, { everyMs, retryMs: Math.min(RETRY_MS, everyMs), onError })
}
