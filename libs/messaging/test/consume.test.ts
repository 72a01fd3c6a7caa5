import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { consume, listDeadLetters } from '../src/index.ts'
import { failedTurn, publish, settled, stateOf } from './failed-turns.ts'
import { createWorld, effectsReach, logger, recordEffect } from './world.ts'

t.test('N-3 the whole stream delivered again has no further effect', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const options = {
    bus: world.bus,
    database: world.client,
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
    database: world.client,
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
    database: world.client,
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
    database: world.client,
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
  await waitFor('every delivery acknowledged', async () => (await stateOf(world, 'usage-bounded')).num_ack_pending === 0)
})
