import type { Logger } from '@parley/telemetry'
import type { Clocks } from './clocks.ts'
import type { LeaseStore } from './leases.store.ts'
import { type Repetition, repeat } from './repetition.ts'
import { snapshotOf } from './running-turn.ts'
import type { RunningTurns } from './running-turns.ts'

interface Dependencies {
  running: RunningTurns
  leases: LeaseStore
  clocks: Clocks
  logger: Logger
}

/**
 * Stores the texts that have grown, one statement for all: what a new owner and a reader without live frames start from.
 * Their leases are extended on the way.
 */
export function saveSnapshots({ running, leases, clocks, logger }: Dependencies): Repetition {
  async function save(): Promise<void> {
    const grown = running.all().filter(({ answer, savedSeq, isEnding }) => answer.seq > savedSeq && !isEnding)
    if (grown.length === 0) return
    const leaseEndsAtMs = performance.now() + clocks.leaseMs
    const snapshots = grown.map(snapshotOf)
    const held = await leases.saveTexts(snapshots, clocks.leaseMs)
    for (const [index, turn] of grown.entries()) turn.savedSeq = snapshots[index]?.seq ?? turn.savedSeq
    running.noteHeld(grown, held, leaseEndsAtMs)
  }

  return repeat(save, {
    everyMs: clocks.snapshotMs,
    onError: (error) => logger.warn({ err: error }, 'running texts could not be stored'),
  })
}
