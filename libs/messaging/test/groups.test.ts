import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { consume, listDeadLetters, PoisonError } from '../src/index.ts'
import { failedTurn, publish, settled, stateOf } from './failed-turns.ts'
import { createWorld, effectsReach, logger, recordEffect } from './world.ts'

t.test('N-3 events that wait together share a transaction, and each has its effect once', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const transactions = new Set<unknown>()
  const ids = await Promise.all(Array.from({ length: 200 }, () => publish(world, failedTurn('service_busy'))))
  const consumer = consume({
    ...{ bus: world.bus, database: world.client, event: events.turnFailed, consumer: 'usage-grouped', logger },
    handleTogether: async (tx, grouped) => {
      transactions.add(tx)
      for (const { eventId } of grouped) await recordEffect(tx, eventId)
    },
  })
  t.teardown(() => consumer.stop())
  await effectsReach(world, 200)
  await settled(world, 'usage-grouped')
  t.same((await world.effects()).toSorted(), ids.toSorted())
  t.ok(transactions.size < 100, `${transactions.size} transactions`)
})

t.test('N-5 one that fails takes no other with it: poison is set aside, the rest is handled', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const ids = await Promise.all(
    Array.from({ length: 100 }, (_, index) =>
      publish(world, failedTurn(index === 50 ? 'poison' : index === 51 ? 'later' : 'service_busy')),
    ),
  )
  let isLater = false
  const consumer = consume({
    ...{ bus: world.bus, database: world.client, event: events.turnFailed, consumer: 'usage-grouped', logger },
    handleTogether: async (tx, grouped) => {
      for (const { eventId, message } of grouped) {
        await recordEffect(tx, eventId)
        if (message.code === 'poison') throw new PoisonError('bad')
        if (message.code !== 'later' || isLater) continue
        isLater = true
        throw new Error('not yet')
      }
    },
  })
  t.teardown(() => consumer.stop())
  await effectsReach(world, 99)
  await settled(world, 'usage-grouped')
  t.same((await world.effects()).toSorted(), ids.toSpliced(50, 1).toSorted())
  t.match(await listDeadLetters(world.pool), [{ reason: 'bad' }])
})

t.test('N-3 a group that is delivered again has no further effect', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  await Promise.all(Array.from({ length: 50 }, () => publish(world, failedTurn('service_busy'))))
  let handled = 0
  const start = () =>
    consume({
      ...{ bus: world.bus, database: world.client, event: events.turnFailed, consumer: 'usage-grouped', logger },
      handleTogether: async (tx, grouped) => {
        handled += grouped.length
        for (const { eventId } of grouped) await recordEffect(tx, eventId)
      },
    })
  const first = start()
  await effectsReach(world, 50)
  await settled(world, 'usage-grouped')
  await first.stop()

  await world.bus.manager.consumers.delete('EVENTS', 'usage-grouped')
  const second = start()
  t.teardown(() => second.stop())
  await waitFor('the second pass', async () => (await stateOf(world, 'usage-grouped').catch(() => undefined))?.delivered.stream_seq === 50)
  await settled(world, 'usage-grouped')
  t.equal(handled, 50)
  t.equal((await world.effects()).length, 50)
})

t.test('N-3 an event that would change nothing costs no transaction, and the others of its group have their effect once', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  const ids = await Promise.all(
    Array.from({ length: 60 }, (_, index) => publish(world, failedTurn(index % 3 === 0 ? 'service_busy' : 'known'))),
  )
  const consumer = consume({
    ...{ bus: world.bus, database: world.client, event: events.turnFailed, consumer: 'usage-grouped', logger },
    findNeedless: async (messages) => new Set(messages.filter(({ code }) => code === 'known')),
    handleTogether: async (tx, grouped) => {
      for (const { eventId } of grouped) await recordEffect(tx, eventId)
    },
  })
  t.teardown(() => consumer.stop())
  await effectsReach(world, 20)
  await settled(world, 'usage-grouped')
  const needed = ids.filter((_, index) => index % 3 === 0).toSorted()
  t.same((await world.effects()).toSorted(), needed)
  const { rows } = await world.pool.query<{ id: string }>("SELECT event_id AS id FROM messaging.inbox WHERE consumer = 'usage-grouped'")
  t.same(rows.map(({ id }) => id).toSorted(), needed)
})
