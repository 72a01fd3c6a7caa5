import { isAppError } from '@parley/errors'
import t from 'tap'
import { createHashingPool } from './hashing-pool.ts'

/** A task under the test's control. */
function aTask() {
  const { promise, resolve } = Promise.withResolvers<string>()
  const started = Promise.withResolvers<void>()
  const task = () => {
    started.resolve()
    return promise
  }
  return { task, started: started.promise, finish: resolve }
}

t.test('A-9 no more hashes run at once than allowed, the others follow in order', async (t) => {
  const pool = createHashingPool({ concurrency: 2, queueLimit: 10 })
  const order: number[] = []
  let running = 0
  let most = 0
  const done = Array.from({ length: 8 }, (_, index) =>
    pool.run(async () => {
      order.push(index)
      running += 1
      most = Math.max(most, running)
      await new Promise(setImmediate)
      running -= 1
    }),
  )
  await Promise.all(done)
  t.equal(most, 2)
  t.same(order, [0, 1, 2, 3, 4, 5, 6, 7])
})

t.test('A-9 a full queue refuses at once with service_busy and a time to come back', async (t) => {
  const pool = createHashingPool({ concurrency: 1, queueLimit: 1 })
  const first = aTask()
  const running = pool.run(first.task)
  const queued = pool.run(async () => 'second')
  const refusal = await pool.run(async () => 'third').catch((error: unknown) => error)
  t.ok(isAppError(refusal) && refusal.code === 'service_busy' && (refusal.retryAfterS ?? 0) >= 1)
  first.finish('first')
  t.same(await Promise.all([running, queued]), ['first', 'second'])
})

t.test('A-9 a caller who leaves while waiting costs no hash and frees its place', async (t) => {
  const pool = createHashingPool({ concurrency: 1, queueLimit: 1 })
  const first = aTask()
  const running = pool.run(first.task)
  const caller = new AbortController()
  let isHashed = false
  const queued = pool.run(async () => {
    isHashed = true
  }, caller.signal)
  caller.abort(new Error('gone'))
  await t.rejects(queued, { message: 'gone' })
  const next = pool.run(async () => 'next')
  first.finish('first')
  t.same(await Promise.all([running, next]), ['first', 'next'])
  t.notOk(isHashed)
})

t.test('A-9 a hash that fails gives its place to the next', async (t) => {
  const pool = createHashingPool({ concurrency: 1, queueLimit: 5 })
  const failed = pool.run(() => Promise.reject(new Error('broken')))
  const next = pool.run(async () => 'next')
  await t.rejects(failed, { message: 'broken' })
  t.equal(await next, 'next')
  t.equal(await pool.run(async () => 'later'), 'later')
})
