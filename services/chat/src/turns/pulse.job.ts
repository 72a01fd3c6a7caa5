import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { Clocks } from './clocks.ts'
import { type Repetition, repeat } from './repetition.ts'
import type { RunningTurns } from './running-turns.ts'

const PULSE_MS = 250

interface Dependencies {
  owner: string
  running: RunningTurns
  bus: Bus
  clocks: Clocks
  logger: Logger
}

/**
 * Tells readers when nothing has come for a while, and what they missed while they could not be reached; lets waiting turns
 * in, and tells the other replicas of those this one has no room for.
 */
export function keepReadersInformed({ owner, running, bus, clocks, logger }: Dependencies): Repetition {
  async function pulse(): Promise<void> {
    const silentSinceMs = performance.now() - clocks.waitingAfterMs
    for (const turn of running.all()) {
      if (turn.isEnding || turn.isQueued || turn.isWaitingShown || turn.lastSignOfLifeMs > silentSinceMs) continue
      turn.isWaitingShown = true
      turn.answer.status('waiting', 'Still waiting for the model…')
    }
    running.catchUp()
    running.letIn()
    if (running.isHeldUp() && bus.isConnected()) bus.broadcast(broadcasts.turnsWaiting, owner)
  }

  return repeat(pulse, {
    everyMs: Math.min(PULSE_MS, clocks.waitingAfterMs / 4),
    onError: (error) => logger.error({ err: error }, 'readers could not be informed'),
  })
}
