import { events } from '@parley/contracts'
import { createSql, openPool } from '@parley/database'
import { startTcpGate, waitFor } from '@parley/testing'
import t from 'tap'
import { consume, listDeadLetters, publishEvent, startRelay } from '../src/index.ts'
import { failedTurn, publish, settled, stateOf } from './failed-turns.ts'
import { createWorld, effectsReach, logger, recordEffect } from './world.ts'

// Servers are away for seconds here; a busy machine needs room.
t.setTimeout(90_000)

t.test('N-5 events wait with growing delay while the database is away, and none becomes a dead letter', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  // Reaches the same database through a door that the test can close.
  let isAway = true
  const attempts: number[] = []
  const pool = openPool({ url: world.databaseUrl, applicationName: 'behind the door' })
  t.teardown(() => pool.end())
  const client = createSql(pool)
  const consumer = consume({
    bus: world.bus,
    database: {
      async $transaction(work, options) {
        // Handling sets a time limit; looking at dead letters does not.
        if (options?.timeout) attempts.push(performance.now())
        if (isAway) throw new Error('connection refused')
        return client.$transaction(work, options)
      },
    },
    event: events.turnFailed,
    consumer: 'usage-waiting',
    logger,
    handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
  })
  t.teardown(() => consumer.stop())
  const id = await publish(world, failedTurn('service_busy'))
  await waitFor('three attempts', () => attempts.length >= 3)
  const [first = 0, second = 0, third = 0] = attempts
  t.ok(second - first >= 390 && second - first < 900, `first delay ${Math.round(second - first)} ms`)
  t.ok(third - second >= 790 && third - second < 1_500, `second delay ${Math.round(third - second)} ms`)
  isAway = false
  await effectsReach(world, 1)
  t.same(await world.effects(), [id])
  t.same(await listDeadLetters(world.pool), [])
})

t.test('N-5 Postgres away under load: no dead letter, every event has its effect once afterwards', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const door = await startTcpGate(world.databaseUrl)
  const pool = openPool({ url: door.url, applicationName: 'behind the door' })
  t.teardown(async () => {
    await consumer.stop()
    await relay.stop()
    await pool.end()
    await door.close()
  })
  const database = createSql(pool)
  const relay = startRelay({ bus: world.bus, pool, logger, pollMs: 20 })
  const consumer = consume({
    bus: world.bus,
    database,
    event: events.turnFailed,
    consumer: 'usage-away',
    logger,
    handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
  })
  const ids = await Promise.all(
    Array.from({ length: 300 }, (_, index) =>
      world.client.$transaction((tx) => publishEvent(tx, events.turnFailed, { aggregateId: `user ${index}`, message: { turnId: 'turn' } })),
    ),
  )
  await effectsReach(world, 20)
  door.shut()
  await waitFor('deliveries that come back', async () => (await stateOf(world, 'usage-away')).num_redelivered > 0)
  door.open()
  await effectsReach(world, 300, 20_000)
  await settled(world, 'usage-away', 20_000)
  t.same((await world.effects()).toSorted(), ids.toSorted())
  t.same(await listDeadLetters(world.pool), [])
})

t.test('N-2 N-3 NATS killed under load: every event has its effect once', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const relay = startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => relay.stop())
  const consumers = [world.bus, await world.anotherBus()].map((bus) =>
    consume({
      bus,
      database: world.client,
      event: events.turnFailed,
      consumer: 'usage-load',
      logger,
      handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
    }),
  )
  t.teardown(() => Promise.all(consumers.map((consumer) => consumer.stop())))
  const ids: string[] = []
  for (let index = 0; index < 300; index++) {
    const message = { turnId: 'turn', code: String(index) }
    ids.push(await world.client.$transaction((tx) => publishEvent(tx, events.turnFailed, { aggregateId: `user ${index % 10}`, message })))
    if (index === 100) await world.nats.kill()
    if (index === 200) await world.nats.restart()
  }
  await effectsReach(world, 300, 20_000)
  await settled(world, 'usage-load', 20_000)
  t.same((await world.effects()).toSorted(), ids.toSorted())
})

t.test('N-7 a consumer goes on when its stream was lost and made anew', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const consumer = consume({
    bus: world.bus,
    database: world.client,
    event: events.turnFailed,
    consumer: 'usage-lost',
    logger,
    handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
  })
  t.teardown(() => consumer.stop())
  await publish(world, failedTurn('before'))
  await effectsReach(world, 1)
  await world.bus.manager.streams.delete('EVENTS')
  await waitFor('the stream made anew', () => publish(world, failedTurn('after')).catch(() => false))
  await effectsReach(world, 2)
  t.equal((await world.effects()).length, 2)
})
