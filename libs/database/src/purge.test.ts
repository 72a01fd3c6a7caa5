import t from 'tap'
import { type PurgeOptions, purgeHourly } from './purge.ts'

// A purge keeps no process alive; these tests have nothing else to wait for.
const alive = setInterval(() => {}, 1_000)
t.teardown(() => clearInterval(alive))

const quiet: PurgeOptions['logger'] = { warn: () => {} }

t.test('G-3 what is over is deleted in batches until nothing is left, at once and again in every round', async (t) => {
  const batches = [1_000, 3, 0, 2, 0]
  const done = Promise.withResolvers<void>()
  const limits: number[] = []
  const purge = purgeHourly({
    async deleteBatch(limit) {
      limits.push(limit)
      if (batches.length === 1) done.resolve()
      return batches.shift() ?? 0
    },
    ...{ failure: 'failed', logger: quiet, everyMs: 1 },
  })
  await done.promise
  await purge.stop()
  t.same(batches, [])
  t.same(new Set(limits), new Set([1_000]))
})

t.test('a batch that fails is told of, and the next round tries again', async (t) => {
  const again = Promise.withResolvers<void>()
  const told: unknown[] = []
  let rounds = 0
  const purge = purgeHourly({
    async deleteBatch() {
      rounds += 1
      if (rounds === 1) throw new Error('the database is away')
      again.resolve()
      return 0
    },
    ...{ failure: 'old rows stay for now', everyMs: 1 },
    logger: { warn: (...line: unknown[]) => void told.push(line) },
  })
  await again.promise
  await purge.stop()
  t.match(told, [[{ err: { message: 'the database is away' } }, 'old rows stay for now']])
})

t.test('I1 stopping waits for the batch under way, and no further one begins', async (t) => {
  const batch = Promise.withResolvers<number>()
  let batches = 0
  const purge = purgeHourly({
    deleteBatch() {
      batches += 1
      return batch.promise
    },
    ...{ failure: 'failed', logger: quiet },
  })
  let isStopped = false
  const stopped = purge.stop().then(() => {
    isStopped = true
  })
  await new Promise((resolve) => setImmediate(resolve))
  t.equal(isStopped, false)
  batch.resolve(1_000)
  await stopped
  t.equal(batches, 1)
})
