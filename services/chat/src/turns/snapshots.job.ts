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

/** Stores the texts that have grown, one statement for all: what a new owner and a reader without live frames start from. */
export function saveSnapshots({ running, leases, clocks, logger }: Dependencies): Repetition {
  async function save(): Promise<void> {
    const grown = running.all().filter(({ answer, savedSeq, isEnding }) => answer.seq > savedSeq && !isEnding)
    if (grown.length === 0) return
    const snapshots = grown.map(snapshotOf)
    const saved = new Set(await leases.saveTexts(snapshots))
    for (const [index, turn] of grown.entries()) {
      if (saved.has(turn.work.id)) turn.savedSeq = snapshots[index]?.seq ?? turn.savedSeq
      else running.lose(turn)
    }
  }

  return repeat(save, {
    everyMs: clocks.snapshotMs,
    onError: (error) => logger.warn({ err: error }, 'running texts could not be stored'),
  })
}
