import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { interrupt } from './running-turn.ts'
import type { RunningTurns } from './running-turns.ts'

/** Hints from other replicas: a turn written here is to stop, or was taken over. The database says the same, later. */
export function followTurnBroadcasts({ bus, running }: { bus: Bus; running: RunningTurns }): { stop(): Promise<void> } {
  const unsubscribe = [
    bus.onBroadcast(broadcasts.turnStop, (id) => {
      const turn = running.find(id)
      if (turn) interrupt(turn, 'stopped')
    }),
    bus.onBroadcast(broadcasts.turnClaimed, (text) => {
      const [id = '', attempt = '0'] = text.split(' ')
      const turn = running.find(id)
      if (turn && Number(attempt) > turn.work.attempt) running.lose(turn)
    }),
  ]
  return {
    async stop() {
      for (const stop of unsubscribe) stop()
    },
  }
}
