import { events } from '@parley/contracts'
import { openPool } from '@parley/database'
import { startTcpGate, waitFor } from '@parley/testing'
import t from 'tap'
import { publishEvent, replayOutbox, startRelay } from '../src/index.ts'
import { deleteOld } from '../src/outbox.store.ts'
import { createWorld, logger, type World } from './world.ts'

const turnOf = (userId: string, outputTokens: number) => ({
  aggregateId: userId,
  message: { turnId: 'turn', userId, outputTokens: BigInt(outputTokens) },
})

/** Every event in the stream, oldest first: its id and what it says. */
async function storedEvents(world: World): Promise<{ id: string; userId: string; number: number }[]> {
  const { state } = await world.bus.manager.streams.info('EVENTS')
  const result = []
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    const message = await world.bus.manager.streams.getMessage('EVENTS', { seq })
    const { userId, outputTokens } = message.json<{ userId: string; outputTokens?: string }>()
    result.push({ id: message.header.get('Nats-Msg-Id'), userId, number: Number(outputTokens ?? 0) })
  }
  return result
}

const eventsReach = (world: World, count: number, timeoutMs?: number) =>
  waitFor(`${count} events`, async () => (await world.bus.manager.streams.info('EVENTS')).state.messages >= count, { timeoutMs })

t.test('N-1 an event is published if and only if its transaction commits', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const relay = startRelay({ bus: world.bus, pool: world.pool, logger })
  t.teardown(() => relay.stop())

  await t.rejects(
    world.client.$transaction(async (tx) => {
      await publishEvent(tx, events.turnCompleted, turnOf('rolled back', 1))
      throw new Error('the use case failed')
    }),
  )
  const id = await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('committed', 2)))
  relay.wake()
  await eventsReach(world, 1)

  t.match(await storedEvents(world), [{ id, userId: 'committed', number: 2 }])
  await waitFor('the mark', async () => {
    const { rows } = await world.pool.query('SELECT 1 FROM messaging.outbox WHERE id = $1 AND published_at IS NOT NULL', [id])
    return rows.length === 1
  })
})

t.test('N-2 two relays and one long transaction: nothing skipped, nothing twice, order kept per aggregate', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const otherBus = await world.anotherBus()
  const relays = [
    startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20, batchSize: 16 }),
    startRelay({ bus: otherBus, pool: world.anotherPool(), logger, pollMs: 20, batchSize: 16 }),
  ]
  t.teardown(() => Promise.all(relays.map((relay) => relay.stop())))

  // Takes its position first and commits after everybody else.
  const longOne = Promise.withResolvers<void>()
  const longStarted = Promise.withResolvers<void>()
  const long = world.client.$transaction(async (tx) => {
    await publishEvent(tx, events.turnCompleted, turnOf('long', 0))
    longStarted.resolve()
    await longOne.promise
  })
  await longStarted.promise
  const users = ['ada', 'bob', 'cyd', 'dan']
  await Promise.all(
    users.map(async (user) => {
      for (let number = 0; number < 50; number++) {
        await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf(user, number)))
      }
    }),
  )
  await eventsReach(world, 200)
  longOne.resolve()
  await long
  await eventsReach(world, 201)
  // Once more as if nothing had been marked: the stream knows every one of them.
  await replayOutbox(world.pool, { since: new Date(0) })
  await waitFor('everything marked again', async () => {
    const { rows } = await world.pool.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL')
    return rows.length === 0
  })

  const stored = await storedEvents(world)
  t.equal(stored.length, 201)
  t.equal(new Set(stored.map((event) => event.id)).size, 201)
  for (const user of users) {
    const numbers = stored.filter((event) => event.userId === user).map((event) => event.number)
    t.same(numbers, [...Array(50).keys()], `${user}'s events stand in order`)
  }
})

t.test('N-2 a relay that ends between publishing and marking leaves no second event', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  // Refuses the mark, as a process killed at that point would leave it.
  const owner = world.anotherPool()
  await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 1)))
  const blocker = await owner.connect()
  await blocker.query('BEGIN')
  await blocker.query('SELECT 1 FROM messaging.outbox FOR UPDATE')

  const killedPool = world.anotherPool()
  const first = startRelay({ bus: world.bus, pool: killedPool, logger, pollMs: 20 })
  await eventsReach(world, 1)
  await waitFor('the mark waiting for the lock', async () => {
    const { rows } = await world.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'UPDATE messaging.outbox%' AND wait_event_type = 'Lock'`,
    )
    return rows.length === 1
  })
  const stopped = first.stop()
  await blocker.query('ROLLBACK')
  blocker.release()
  await stopped
  const { rows } = await world.pool.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL')
  t.equal(rows.length, 1, 'the first relay published and never marked')

  const second = startRelay({ bus: await world.anotherBus(), pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => second.stop())
  await waitFor('the mark of the second relay', async () => {
    const { rows } = await world.pool.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NOT NULL')
    return rows.length === 1
  })
  t.equal((await storedEvents(world)).length, 1)
})

t.test('N-2 an event that cannot be published holds back its own aggregate, and nobody else', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let hasFailed = false
  const flaky = {
    ...world.bus,
    jetstream: {
      async publish(...args: Parameters<typeof world.bus.jetstream.publish>) {
        const isFirstOfAda = String(args[1]).includes('"ada"') && !hasFailed
        hasFailed ||= isFirstOfAda
        if (isFirstOfAda) throw new Error('no answer')
        return world.bus.jetstream.publish(...args)
      },
    } as typeof world.bus.jetstream,
  }
  for (const user of ['ada', 'bob']) {
    for (const number of [0, 1, 2]) await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf(user, number)))
  }
  const relay = startRelay({ bus: flaky, pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => relay.stop())
  await eventsReach(world, 6)
  const stored = await storedEvents(world)
  t.same(
    stored.map((event) => `${event.userId} ${event.number}`),
    ['bob 0', 'bob 1', 'bob 2', 'ada 0', 'ada 1', 'ada 2'],
  )
})

t.test('N-2 events written while NATS is away are published when it is back, in order', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const relay = startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => relay.stop())

  await world.nats.kill()
  for (let number = 0; number < 20; number++) {
    await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', number)))
    relay.wake()
  }
  await world.nats.restart()
  await waitFor('the connection', () => world.bus.isConnected())
  await eventsReach(world, 20)
  t.same(
    (await storedEvents(world)).map((event) => event.number),
    [...Array(20).keys()],
  )
})

t.test('N-2 when the active relay ends, another one goes on', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const first = startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20 })
  await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 0)))
  await eventsReach(world, 1)
  const second = startRelay({ bus: await world.anotherBus(), pool: world.anotherPool(), logger, pollMs: 20 })
  t.teardown(() => second.stop())
  await first.stop()
  await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 1)))
  await eventsReach(world, 2)
  t.same(
    (await storedEvents(world)).map((event) => event.number),
    [0, 1],
  )
})

t.test('N-2 the relay survives Postgres being away', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const door = await startTcpGate(world.databaseUrl)
  const pool = openPool({ url: door.url, applicationName: 'behind the door' })
  const relay = startRelay({ bus: world.bus, pool, logger, pollMs: 20 })
  t.teardown(async () => {
    await relay.stop()
    await pool.end()
    await door.close()
  })
  await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 0)))
  await eventsReach(world, 1)
  door.shut()
  await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 1)))
  door.open()
  await eventsReach(world, 2)
  t.equal((await storedEvents(world)).length, 2)
})

t.test('published events are deleted after 7 days, unpublished ones never', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const ids: string[] = []
  for (const days of [8, 6]) {
    const id = await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', days)))
    await world.pool.query(
      `UPDATE messaging.outbox SET created_at = now() - $2 * interval '1 day', published_at = now() - $2 * interval '1 day' WHERE id = $1`,
      [id, days],
    )
    ids.push(id)
  }
  const unpublished = await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', 0)))
  await world.pool.query(`UPDATE messaging.outbox SET created_at = now() - interval '30 days' WHERE id = $1`, [unpublished])
  await deleteOld(world.pool)
  const { rows } = await world.pool.query<{ id: string }>('SELECT id FROM messaging.outbox ORDER BY position')
  t.same(
    rows.map((row) => row.id),
    [ids[1], unpublished],
  )
})

t.test('N-7 a lost event stream is noticed and filled again from the outbox', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const relay = startRelay({ bus: world.bus, pool: world.pool, logger, pollMs: 20 })
  t.teardown(() => relay.stop())
  for (let number = 0; number < 5; number++) {
    await world.client.$transaction((tx) => publishEvent(tx, events.turnCompleted, turnOf('ada', number)))
  }
  await eventsReach(world, 5)
  await waitFor('the marks', async () => {
    const { rows } = await world.pool.query('SELECT 1 FROM messaging.outbox WHERE published_at IS NULL')
    return rows.length === 0
  })

  await world.bus.manager.streams.delete('EVENTS')
  await waitFor('the stream made anew with all events', async () => (await storedEvents(world).catch(() => [])).length === 5, {
    timeoutMs: 15_000,
  })
  t.same(
    (await storedEvents(world)).map((event) => event.number),
    [0, 1, 2, 3, 4],
  )
})
