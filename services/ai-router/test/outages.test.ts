import t from 'tap'
import { v7 as newId } from 'uuid'
import { firstText, says, startWorld } from './harness.ts'

t.test('N-9 a replica that shuts down ends its answers as service_busy, so that they go on elsewhere, and books them', async (t) => {
  const world = await startWorld(t)
  const callId = newId()
  const answer = await firstText(await world.send({ ...says('[[tokens=400 tps=50]]'), callId }))
  await world.deps.running.drain(50)
  t.match((await answer.rest()).last, { case: 'failed', value: { code: 'service_busy' } })
  t.match(await world.endedCall(callId), { outcome: 'failed', failure: 'aborted' })
})

t.test('F-8 while Postgres is away answers that run come to their end and are booked afterwards, once', async (t) => {
  const world = await startWorld(t, { env: { BOOKING_WAIT_MS: '100' } })
  const callId = newId()
  const answer = await firstText(await world.send({ ...says('[[tokens=30 tps=100]]'), callId }))
  world.database.shut()
  const { last } = await answer.rest()
  t.equal(last.case, 'finished')
  t.equal(world.deps.running.size, 0)
  world.database.open()
  const row = await world.endedCall(callId)
  t.match(row, { outcome: 'completed' })
  t.ok(row.costMicroUsd)
  t.equal(last.case === 'finished' && last.value.usage, undefined, 'figures that may still be lost are not told')
  await world.fact(callId)
  const next = await world.complete()
  await world.fact(next.callId)
  t.same(
    world.published.map((fact) => fact.callId),
    [callId, next.callId],
  )
})

t.test('F-8 while Postgres is away a new call is refused with 503 before a vendor is asked', async (t) => {
  const world = await startWorld(t)
  world.database.shut()
  const startedMs = performance.now()
  const response = await world.send()
  t.equal(response.status, 503)
  t.match(await response.json(), { code: 'service_busy' })
  t.ok(performance.now() - startedMs < 2000)
  t.equal(world.simulator.requests().length, 0)
  world.database.open()
  t.equal((await world.complete()).last.case, 'finished')
})
