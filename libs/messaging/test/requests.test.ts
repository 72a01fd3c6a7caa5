import { requests } from '@parley/contracts'
import { AppError, defineErrors } from '@parley/errors'
import t from 'tap'
import { type Bus, call, serve } from '../src/index.ts'
import { createWorld, logger } from './world.ts'

const { reserveTurn } = requests
const question = { turnId: 'turn', userId: 'user', isAdmin: false }
const errors = defineErrors({ quota_exceeded: { kind: 'rate_limited', message: 'Nothing left today.' } })

const failure = async (bus: Bus, options: { timeoutMs: number; signal?: AbortSignal }): Promise<AppError> => {
  try {
    await call(bus, reserveTurn, question, options)
  } catch (error) {
    if (error instanceof AppError) return error
    throw error
  }
  throw new Error('the call succeeded')
}

t.test('a question is answered by one replica of the service', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let answered = 0
  for (const bus of [world.bus, await world.anotherBus()]) {
    serve(
      bus,
      reserveTurn,
      async (message) => {
        answered++
        return { granted: message.userId === 'user', plan: 'free' }
      },
      { logger },
    )
    await bus.connection.flush()
  }
  const caller = await world.anotherBus('chat')
  const replies = await Promise.all(Array.from({ length: 50 }, () => call(caller, reserveTurn, question, { timeoutMs: 2_000 })))
  t.ok(replies.every((reply) => reply.granted && reply.plan === 'free'))
  t.equal(answered, 50)
})

t.test('errors cross as they are, an absent database as service_busy, and nothing leaks from unexpected ones', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let thrown: Error = errors.quota_exceeded({ internal: 'secret detail', retryAfterS: 60 })
  const server = serve(world.bus, reserveTurn, () => Promise.reject(thrown), { logger })
  await world.bus.connection.flush()
  const caller = await world.anotherBus('chat')
  t.match(await failure(caller, { timeoutMs: 2_000 }), { code: 'quota_exceeded', kind: 'rate_limited', retryAfterS: 60 })
  thrown = new Error('SELECT password FROM users')
  const unexpected = await failure(caller, { timeoutMs: 2_000 })
  t.equal(unexpected.code, 'internal_error')
  t.notMatch(unexpected.message, /password/)
  for (const away of [
    Object.assign(new Error("Can't reach database server"), { code: 'P1001' }),
    new Error('Client has encountered a connection error and is not queryable'),
    new DOMException('The operation was aborted due to timeout', 'TimeoutError'),
  ]) {
    thrown = away
    t.match(await failure(caller, { timeoutMs: 2_000 }), { code: 'service_busy', retryAfterS: 1 }, away.message)
  }
  await server.stop()
})

t.test('nobody there, too slow, caller gone: service_busy at once, service_busy in time, timeout', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const caller = await world.anotherBus('chat')
  const startedAtMs = performance.now()
  t.match(await failure(caller, { timeoutMs: 5_000 }), { code: 'service_busy', retryAfterS: 1 })
  t.ok(performance.now() - startedAtMs < 1_000, 'without waiting')

  const seen = Promise.withResolvers<void>()
  serve(
    world.bus,
    reserveTurn,
    (_message, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          seen.resolve()
          reject(signal.reason)
        })
      }),
    { logger },
  )
  await world.bus.connection.flush()
  t.equal((await failure(caller, { timeoutMs: 200 })).code, 'service_busy')
  await seen.promise
  t.pass('the deadline went along')
  t.equal((await failure(caller, { timeoutMs: 10_000, signal: AbortSignal.timeout(100) })).code, 'timeout')
})

t.test('more requests than allowed are refused at once, and stopping answers those at work', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const gate = Promise.withResolvers<void>()
  const atWork = Promise.withResolvers<void>()
  let count = 0
  const server = serve(
    world.bus,
    reserveTurn,
    async () => {
      if (++count === 2) atWork.resolve()
      await gate.promise
      return { granted: true }
    },
    { logger, concurrency: 2 },
  )
  await world.bus.connection.flush()
  const caller = await world.anotherBus('chat')
  const first = [1, 2].map(() => call(caller, reserveTurn, question, { timeoutMs: 5_000 }))
  await atWork.promise
  t.equal((await failure(caller, { timeoutMs: 5_000 })).code, 'service_busy')
  const stopped = server.stop()
  gate.resolve()
  t.same(
    (await Promise.all(first)).map((reply) => reply.granted),
    [true, true],
  )
  await stopped
})

t.test('an unreadable request is answered, not dropped', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  serve(world.bus, reserveTurn, async () => ({ granted: true }), { logger })
  const reply = await world.bus.connection.request(reserveTurn.subject, 'not JSON', { timeout: 2_000 })
  t.match(reply.json(), { code: 'invalid_request' })
})
