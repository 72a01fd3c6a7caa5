import { seededText } from '@parley/simulators'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { changeRoutes, firstText, says, startWorld } from './harness.ts'

const policy = { lifetimeS: 60, maxTemperature: 1, scope: 'user', minSimilarity: null } as const
const QUESTION = says('[[tokens=60 seed=8 tps=100]]')
const WHOLE = seededText(60, 8)

t.test('C6 identical requests at the same time are one call upstream, each with a stream and a row of its own', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  const answers = await Promise.all(Array.from({ length: 5 }, () => world.complete(QUESTION)))
  t.ok(answers.every(({ text }) => text === WHOLE))
  t.equal(world.simulator.requests().length, 1)
  const rows = await Promise.all(answers.map(({ callId }) => world.endedCall(callId)))
  t.equal(rows.filter(({ isCached }) => !isCached).length, 1, 'one pays')
  t.ok(rows.every(({ outcome, isCached, costMicroUsd }) => outcome === 'completed' && isCached === (costMicroUsd === 0n)))
})

t.test('C6 whoever comes late reads the answer from its beginning', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  const first = await firstText(await world.send(QUESTION))
  const late = await world.complete(QUESTION)
  t.equal(late.text, WHOLE)
  t.match(late.last, { case: 'finished', value: { usage: { cached: true } } })
  t.equal((await first.rest()).last.case, 'finished')
  t.equal(world.simulator.requests().length, 1)
})

t.test('C6 whoever began it may leave: the others get their answer, and the next one pays', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  const leave = new AbortController()
  const [leaderId, followerId] = [newId(), newId()]
  const leader = await firstText(await world.send({ ...QUESTION, callId: leaderId }, { signal: leave.signal }))
  const follower = await firstText(await world.send({ ...QUESTION, callId: followerId }))
  leave.abort()
  await t.rejects(leader.rest())
  t.equal((await follower.rest()).last.case, 'finished')
  t.match(await world.endedCall(leaderId), { outcome: 'aborted', costMicroUsd: null })
  const paid = await world.endedCall(followerId)
  t.match(paid, { outcome: 'completed', isCached: false, outputTokens: 60n })
  t.equal(world.simulator.requests().length, 1)
})

t.test('C6 when all of them have left the vendor is left, too, and what was written is booked once', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  const leave = new AbortController()
  const ids = [newId(), newId()]
  const answers = await Promise.all(
    ids.map(async (callId) => firstText(await world.send({ ...says('[[tokens=2000 seed=8 tps=50]]'), callId }, { signal: leave.signal }))),
  )
  leave.abort()
  for (const answer of answers) await t.rejects(answer.rest())
  const rows = await Promise.all(ids.map((callId) => world.endedCall(callId)))
  t.ok(rows.every(({ outcome }) => outcome === 'aborted'))
  t.equal(rows.filter(({ costMicroUsd }) => costMicroUsd !== null && costMicroUsd > 0n).length, 1)
  t.ok(await world.simulator.waitForRequest(({ outcome }) => outcome === 'aborted'))
})

t.test('C6 without a policy every request is a call of its own', async (t) => {
  const world = await startWorld(t)
  await Promise.all([world.complete(QUESTION), world.complete(QUESTION)])
  t.equal(world.simulator.requests().length, 2)
})
