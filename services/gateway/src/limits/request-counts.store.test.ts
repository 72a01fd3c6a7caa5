import t from 'tap'
import { createRequestCounts } from './request-counts.store.ts'
import { slidingCount } from './sliding-window.ts'

const WINDOW_MS = 60_000

t.test('R-2 the window slides: what came late in the last minute still counts early in this one', async (t) => {
  t.equal(slidingCount({ current: 0, previous: 10 }, 10 * WINDOW_MS, WINDOW_MS), 10)
  t.equal(slidingCount({ current: 2, previous: 10 }, 10 * WINDOW_MS + 30_000, WINDOW_MS), 7)
  t.equal(slidingCount({ current: 2, previous: 10 }, 11 * WINDOW_MS - 1, WINDOW_MS), 2)
})

t.test('R-3 a frozen Redis is asked once, then left alone; the replica counts for itself from the first request on', async (t) => {
  let asked = 0
  const chain = { incr: () => chain, pexpire: () => chain, get: () => chain, exec: () => Promise.reject(new Error('Command timed out')) }
  const redis = {
    status: 'ready',
    multi: () => {
      asked++
      return chain
    },
  }
  const counts = createRequestCounts(redis as unknown as Parameters<typeof createRequestCounts>[0])
  const nowMs = Date.now()
  for (let i = 1; i <= 100; i++) t.equal((await counts.add('a', nowMs, WINDOW_MS)).current, i)
  t.equal(asked, 1)
})

t.test('a replica’s own counts move on with the minutes', async (t) => {
  const redis = { status: 'end' } as unknown as Parameters<typeof createRequestCounts>[0]
  const counts = createRequestCounts(redis)
  await counts.add('a', 0, WINDOW_MS)
  await counts.add('a', 1, WINDOW_MS)
  t.strictSame(await counts.add('a', WINDOW_MS, WINDOW_MS), { current: 1, previous: 2 })
  t.strictSame(await counts.add('a', 3 * WINDOW_MS, WINDOW_MS), { current: 1, previous: 0 })
})
