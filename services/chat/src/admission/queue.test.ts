import { createLogger } from '@parley/telemetry'
import { waitFor } from '@parley/testing'
import t from 'tap'
import type { RunningTurn } from '../turns/running-turn.ts'
import { defaultLimits } from './limits.ts'
import { createQueue } from './queue.ts'

/** As much of a turn as a queue looks at. */
const aTurn = (id: string): RunningTurn =>
  ({
    work: { id, userId: 'user', plan: 'free', attempt: 1, assistantMessageId: id },
    abort: new AbortController(),
    answer: { status: () => undefined },
    isQueued: true,
  }) as unknown as RunningTurn

t.test('room that comes at any moment of a look is found without waiting for the next one', async (t) => {
  for (let hops = 0; hops < 10; hops += 1) {
    let hasPlace = false
    let looks = 0
    const looked = Promise.withResolvers<void>()
    const queue = createQueue({
      leases: {
        async promote([first]) {
          looks += 1
          looked.resolve()
          return hasPlace && first ? [first.id] : []
        },
      },
      limits: defaultLimits,
      countRunning: () => 0,
      logger: createLogger({ name: 'test', level: 'silent' }),
    })
    const waiting = queue.wait(aTurn('turn'))
    await looked.promise
    for (let hop = 0; hop < hops; hop += 1) await Promise.resolve()
    hasPlace = true
    queue.advance()
    await waitFor(`the turn to be let in, ${hops} steps after a look`, () => queue.size === 0, { timeoutMs: 1_000 })
    await waiting
    t.ok(looks <= 3)
  }
})
