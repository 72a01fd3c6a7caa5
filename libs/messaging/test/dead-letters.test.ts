import { randomUUID } from 'node:crypto'
import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { consume, listDeadLetters, PoisonError, replayDeadLetter } from '../src/index.ts'
import { failedTurn, publish, settled } from './failed-turns.ts'
import { createWorld, effectsReach, logger, recordEffect } from './world.ts'

t.test('N-5 one poisoned event in 1,000 is set aside with its reason, 999 are done, and it can be replayed', async (t) => {
  const world = await createWorld()
  t.teardown(() => world.close())
  let isMended = false
  const consumer = consume({
    bus: world.bus,
    database: world.client,
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
    database: world.client,
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
