import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { errors } from '../errors.ts'
import { interrupt } from './running-turn.ts'
import type { RunningTurns } from './running-turns.ts'
import type { TurnRow } from './turn.ts'
import type { TurnStore } from './turns.store.ts'

export interface StopTurnDependencies {
  turns: TurnStore
  running: RunningTurns
  bus: Bus
}

/**
 * Ends an answer where it stands; what was written stays. The wish is stored before it is broadcast, so that it reaches
 * an owner that missed the broadcast, and whoever takes over from a lost one. Stopping what has ended changes nothing.
 */
export async function stopTurn({ turns, running, bus }: StopTurnDependencies, userId: string, id: string): Promise<TurnRow> {
  const turn = await turns.requestStop(userId, id)
  if (!turn) throw errors.turn_not_found()
  const own = running.find(id)
  if (own) interrupt(own, 'stopped')
  else if (turn.status === 'running' || turn.status === 'queued') bus.broadcast(broadcasts.turnStop, id)
  return turn
}
