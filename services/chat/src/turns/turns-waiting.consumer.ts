import { broadcasts } from '@parley/contracts'
import { type TakeWaitingDependencies, takeWaiting } from './take-waiting.ts'

/** A full replica says that turns wait there. One look at a time: what is said meanwhile is said again. */
export function followWaitingTurns(deps: TakeWaitingDependencies): { stop(): Promise<void> } {
  const { bus, logger } = deps
  let looking: Promise<void> | null = null
  const unsubscribe = bus.onBroadcast(broadcasts.turnsWaiting, (from) => {
    looking ??= takeWaiting(deps, from)
      .then(() => {})
      .catch((error: unknown) => logger.warn({ err: error }, 'turns that wait on another replica could not be taken'))
      .finally(() => {
        looking = null
      })
  })
  return {
    async stop() {
      unsubscribe()
      await looking
    },
  }
}
