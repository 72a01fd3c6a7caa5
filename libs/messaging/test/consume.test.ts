import { randomUUID } from 'node:crypto'
import { create, toJsonString } from '@bufbuild/protobuf'
import { events, TurnFailedSchema } from '@parley/contracts'
import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import { headers } from 'nats'
import t from 'tap'
import { consume, listDeadLetters, PoisonError, publishEvent, replayDeadLetter, startRelay } from '../src/index.ts'
import { createDoor, createWorld, effectsReach, logger, recordEffect, transactionClient, type World } from './world.ts'

const failedTurn = (code: string) => toJsonString(TurnFailedSchema, create(TurnFailedSchema, { turnId: 'turn', code }))

/** Publishes straight into the stream, as a relay would. */
async function publish(world: World, payload: string, id: string = randomUUID()): Promise<string> {
  const header = headers()
  header.set('Nats-Msg-Id', id)
  await world.bus.jetstream.publish(events.turnFailed.subject, payload, { headers: header })
  return id
}

const stateOf = (world: World, consumer: string) => world.bus.manager.consumers.info('EVENTS', consumer)

/** Nothing waits and nothing is at work: the consumer is done with everything there is. */
const settled = (world: World, consumer: string, timeoutMs?: number) =>
  waitFor(
    `${consumer} to settle`,
    async () => {
      const state = await stateOf(world, consumer).catch(() => undefined)
      return state !== undefined && state.num_pending === 0 && state.num_ack_pending === 0
    },
    { timeoutMs },
  )

t.test('N-3 the whole stream delivered again has no further effect', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const options = {
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-quota',
    logger,
    handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
  } satisfies Parameters<typeof consume>[0]
  const first = consume(options)
  const ids = await Promise.all(Array.from({ length: 200 }, () => publish(world, failedTurn('service_busy'))))
  await effectsReach(world, 200)
  await settled(world, 'usage-quota')
  await first.stop()

  await world.bus.manager.consumers.delete('EVENTS', 'usage-quota')
  const second = consume(options)
  t.teardown(() => second.stop())
  await waitFor('the second pass', async () => (await stateOf(world, 'usage-quota').catch(() => undefined))?.delivered.stream_seq === 200)
  await settled(world, 'usage-quota')
  const effects = await world.effects()
  t.same(effects.toSorted(), ids.toSorted())
})

t.test('N-3 an event that fails after its effect was written leaves no effect behind', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let calls = 0
  const consumer = consume({
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-quota',
    logger,
    handle: async (tx, _message, { eventId }) => {
      await recordEffect(tx, eventId)
      calls++
      if (calls < 3) throw new Error('the database said no')
    },
  })
  t.teardown(() => consumer.stop())
  const id = await publish(world, failedTurn('service_busy'))
  await effectsReach(world, 1)
  t.same(await world.effects(), [id])
  t.equal(calls, 3)
  t.same(await listDeadLetters(world.pool), [], 'N-5 a transient failure is no dead letter')
})

t.test('N-4 a handler three times slower than the ack time-out handles an event once', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let calls = 0
  const consumer = consume({
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-slow',
    logger,
    ackWaitMs: 300,
    handle: async (tx, _message, { eventId }) => {
      calls++
      await tx.$executeRaw`SELECT pg_sleep(1)`
      await recordEffect(tx, eventId)
    },
  })
  t.teardown(() => consumer.stop())
  const id = await publish(world, failedTurn('service_busy'))
  await effectsReach(world, 1)
  await settled(world, 'usage-slow')
  t.same(await world.effects(), [id])
  t.equal(calls, 1)
  t.equal((await stateOf(world, 'usage-slow')).delivered.consumer_seq, 1, 'delivered once')
})

t.test('N-4 no more events are at work than allowed, and stopping finishes them', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let atWork = 0
  let most = 0
  const gate = Promise.withResolvers<void>()
  const consumer = consume({
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-bounded',
    logger,
    concurrency: 4,
    handle: async (tx, _message, { eventId }) => {
      most = Math.max(most, ++atWork)
      await gate.promise
      await recordEffect(tx, eventId)
      atWork--
    },
  })
  for (let index = 0; index < 20; index++) await publish(world, failedTurn('service_busy'))
  await waitFor('four events at work', () => atWork === 4)
  t.equal((await stateOf(world, 'usage-bounded')).num_ack_pending, 4, 'the rest waits in the stream')
  const stopped = consumer.stop()
  gate.resolve()
  await stopped
  t.equal((await world.effects()).length, 4)
  t.equal(most, 4)
  await settledAcks(world, 'usage-bounded')
})

const settledAcks = (world: World, consumer: string) =>
  waitFor('every delivery acknowledged', async () => (await stateOf(world, consumer)).num_ack_pending === 0)

t.test('N-5 one poisoned event in 1,000 is set aside with its reason, 999 are done, and it can be replayed', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let isMended = false
  const consumer = consume({
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-poison',
    logger,
    handle: async (tx, message, { eventId }) => {
      if (message.code === 'poison' && !isMended) throw new PoisonError('a turn nobody knows')
      await recordEffect(tx, eventId)
    },
  })
  t.teardown(() => consumer.stop())
  const poisoned = randomUUID()
  await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      index === 500 ? publish(world, failedTurn('poison'), poisoned) : publish(world, failedTurn('service_busy')),
    ),
  )
  await effectsReach(world, 999, 20_000)
  await settled(world, 'usage-poison')
  const letters = await listDeadLetters(world.pool)
  t.match(letters, [{ eventId: poisoned, consumer: 'usage-poison', reason: 'a turn nobody knows', replayedAt: null }])
  t.equal((await world.effects()).length, 999)
  const advisories = await world.bus.manager.streams.info('ADVISORIES')
  t.equal(advisories.state.messages, 1, 'the stream of advisories tells of it too')

  isMended = true
  t.equal(await replayDeadLetter(world.pool, letters[0]?.id ?? ''), true)
  await effectsReach(world, 1_000)
  t.ok((await world.effects()).includes(poisoned))
  await waitFor('the letter closed', async () => (await listDeadLetters(world.pool)).length === 0)
  t.equal(await replayDeadLetter(world.pool, letters[0]?.id ?? ''), false, 'it is not replayed twice')
})

t.test('N-5 what nobody can read is set aside: no JSON, a wrong type, no event id', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const consumer = consume({
    bus: world.bus,
    prisma: world.client,
    event: events.turnFailed,
    consumer: 'usage-unreadable',
    logger,
    handle: async (tx, _message, { eventId }) => void (await recordEffect(tx, eventId)),
  })
  t.teardown(() => consumer.stop())
  await publish(world, 'certainly not JSON')
  await publish(world, '{"turnId":{"not":"text"}}')
  await world.bus.jetstream.publish(events.turnFailed.subject, failedTurn('service_busy'))
  const readable = await publish(world, '{"turnId":"turn","fieldOfANewerVersion":1}')
  await effectsReach(world, 1)
  await settled(world, 'usage-unreadable')
  t.same(await world.effects(), [readable], 'N-5 an unknown field is no reason to refuse')
  const reasons = (await listDeadLetters(world.pool)).map((letter) => letter.reason)
  t.equal(reasons.length, 3)
  t.equal(reasons.filter((reason) => reason.startsWith('not a parley.chat.v1.TurnFailed')).length, 2)
  t.ok(reasons.includes('the event carries no id'))
})

t.test('N-5 events wait with growing delay while the database is away, and none becomes a dead letter', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  // Reaches the same database through a door that the test can close.
  let isAway = true
  const attempts: number[] = []
  const pool = openPool({ url: world.databaseUrl, applicationName: 'behind the door' })
  t.teardown(() => pool.end())
  const client = transactionClient(pool)
  const consumer = consume({
    bus: world.bus,
    prisma: {
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
  const door = await createDoor(world.databaseUrl)
  const pool = openPool({ url: door.url, applicationName: 'behind the door' })
  t.teardown(async () => {
    await consumer.stop()
    await relay.stop()
    await pool.end()
    await door.close()
  })
  const prisma = transactionClient(pool)
  const relay = startRelay({ bus: world.bus, pool, logger, pollMs: 20 })
  const consumer = consume({
    bus: world.bus,
    prisma,
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
      prisma: world.client,
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
    prisma: world.client,
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
