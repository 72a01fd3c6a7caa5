import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { follow, publishEvent, startRelay } from '../src/index.ts'
import { createWorld, logger, type World } from './world.ts'

const revoke = (world: World, userId: string) =>
  world.client.$transaction((tx) => publishEvent(tx, events.sessionRevoked, { aggregateId: userId, message: { userId } }))

t.test('A-4 every replica sees every event, those before its start and those after NATS was away included', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const relay = startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => relay.stop())
  await revoke(world, 'before')
  await waitFor('it is published', async () => (await world.bus.manager.streams.info('EVENTS')).state.messages === 1)

  const replicas = [await world.anotherBus('gateway'), await world.anotherBus('gateway')].map((bus) => {
    const seen: string[] = []
    const follower = follow({
      bus,
      event: events.sessionRevoked,
      sinceMs: 60_000,
      logger,
      handle: ({ userId }, { occurredAt }) => {
        t.ok(Math.abs(Date.now() - occurredAt.getTime()) < 60_000)
        seen.push(userId)
        if (userId === 'broken') throw new Error('the listener is broken')
      },
    })
    t.teardown(() => follower.stop())
    return { seen, follower }
  })
  const [first, second] = replicas
  await Promise.all(replicas.map(({ follower }) => follower.caughtUp))
  t.same([first?.seen, second?.seen], [['before'], ['before']], 'nothing is missing once caught up')

  await revoke(world, 'broken')
  await revoke(world, 'live')
  await waitFor('both saw it', () => replicas.every(({ seen }) => seen.includes('live')))

  await world.nats.kill()
  await revoke(world, 'while away')
  await world.nats.restart()
  await waitFor('both saw what happened meanwhile', () => replicas.every(({ seen }) => seen.includes('while away')), { timeoutMs: 15_000 })
  for (const { seen } of replicas) t.same([...new Set(seen)], ['before', 'broken', 'live', 'while away'])
})
