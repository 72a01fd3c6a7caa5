import t from 'tap'
import { v7 as newId } from 'uuid'
import type { CallRecord } from '../src/completions/call-record.ts'
import { startWorld, type World } from './harness.ts'

const claimOf = (callId: string) => ({ callId, turnId: '', userId: newId(), plan: 'free', purpose: 'api' as const })

const endOf = (callId: string, fields: Partial<CallRecord> = {}): CallRecord => ({
  ...{ ...claimOf(callId), model: 'parley-guide', provider: 'openai', outcome: 'completed', failure: null },
  usage: { inputTokens: 3, cachedInputTokens: 0, outputTokens: 2, costMicroUsd: 34n, priceId: 'parley-guide@1', isEstimated: false },
  ...{ chargedLeg: 1, legs: [], isCached: false, latencyMs: 5, firstTokenMs: 1, endedAt: new Date() },
  ...fields,
})

const eventsOf = ({ deps }: World, callId: string) =>
  deps.prisma.$queryRaw<unknown[]>`SELECT FROM messaging.outbox WHERE payload->>'callId' = ${callId}`

t.test('B-1 of many claims in one moment each id is given once, on two replicas, however it is written', async (t) => {
  const world = await startWorld(t)
  const { calls: here } = world.deps
  const { calls: there } = (await world.startReplica()).deps
  const ids = Array.from({ length: 40 }, () => newId())
  const claims = [...ids, ...ids.toReversed().map((id) => id.toUpperCase())].map(claimOf)
  const given = await Promise.all([...claims.map((claim) => here.claim(claim)), ...claims.toReversed().map((claim) => there.claim(claim))])
  t.equal(given.filter(Boolean).length, ids.length)
  t.same(
    await Promise.all(claims.map((claim) => here.claim(claim))),
    claims.map(() => false),
  )
})

t.test('B-1 calls that end in one moment are each booked and told once, by whatever name', async (t) => {
  const world = await startWorld(t)
  const { calls } = world.deps
  const ids = Array.from({ length: 20 }, () => newId())
  await Promise.all(ids.map((id) => calls.claim(claimOf(id))))
  const ends = ids.map((id, index) => endOf(index % 2 ? id : id.toUpperCase()))
  t.ok((await Promise.all(ends.map(calls.book))).every(Boolean))
  t.ok((await Promise.all(ends.map(calls.book))).every(Boolean), 'once more changes nothing')
  for (const end of ends) t.equal((await eventsOf(world, end.callId)).length, 1)
  t.equal(await world.deps.prisma.aiCall.count({ where: { outcome: 'completed', costMicroUsd: 34n } }), ids.length)
})

t.test('F-2 a call that was booked as lost keeps its figures, and no other of its group is touched by that', async (t) => {
  const world = await startWorld(t)
  const { calls, prisma } = world.deps
  const [lost, other] = [newId(), newId()]
  await Promise.all([lost, other].map((id) => calls.claim(claimOf(id))))
  await prisma.aiCall.update({ where: { id: lost }, data: { outcome: 'lost', endedAt: new Date() } })
  t.same(await Promise.all([endOf(lost), endOf(other)].map(calls.book)), [false, true])
  t.same((await eventsOf(world, lost)).length, 0)
  t.match(await world.endedCall(lost), { outcome: 'lost', costMicroUsd: null })
})

t.test('B-1 a booking that Postgres refuses takes no other with it', async (t) => {
  const world = await startWorld(t)
  const { calls } = world.deps
  const [wrong, right] = [newId(), newId()]
  await Promise.all([wrong, right].map((id) => calls.claim(claimOf(id))))
  const results = await Promise.allSettled([endOf(wrong, { latencyMs: 3e10 }), endOf(right)].map(calls.book))
  t.match(results, [{ status: 'rejected' }, { status: 'fulfilled', value: true }])
  t.same([(await eventsOf(world, wrong)).length, (await eventsOf(world, right)).length], [0, 1])
})

t.test('B-1 a call that is booked twice in one moment is booked and told once', async (t) => {
  const world = await startWorld(t)
  const callId = newId()
  await world.deps.calls.claim(claimOf(callId))
  t.same(await Promise.all([endOf(callId), endOf(callId), endOf(newId())].map(world.deps.calls.book)), [true, true, true])
  t.equal((await eventsOf(world, callId)).length, 1)
})
