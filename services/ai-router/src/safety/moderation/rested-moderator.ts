import { createBreaker } from '../../routing/breaker.ts'
import type { RemoteModerator } from './moderator.ts'

/** What `classify` is rejected with while the service is left alone. */
export const RESTING = new Error('the moderation service is not asked at the moment')

/** One question finds out whether it is back; the others do not wait for it. */
const rules = { failures: 3, openMs: 30_000, lastResortMs: Number.POSITIVE_INFINITY, probeMs: 10_000 }

/** Leaves a service alone that failed some times in a row, so that not every first word waits for one that is down. */
export function restedModerator(remote: RemoteModerator, nowMs: () => number = () => performance.now()): RemoteModerator {
  const breaker = createBreaker(rules)
  return {
    async classify(text, signal) {
      const isClosed = breaker.state.name === 'closed'
      const isProbe = !isClosed && breaker.isDue(nowMs(), false) && breaker.probe('', nowMs())
      if (!isClosed && !isProbe) throw RESTING
      try {
        const scores = await remote.classify(text, signal)
        breaker.judge({ kind: 'good' }, isProbe, nowMs())
        return scores
      } catch (error) {
        breaker.judge({ kind: 'bad', reason: 'overloaded' }, isProbe, nowMs())
        throw error
      }
    },
  }
}
