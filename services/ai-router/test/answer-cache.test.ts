import { aPrincipal, waitFor } from '@parley/testing'
import t from 'tap'
import type { CachePolicy } from '../src/catalogue/route-rule.ts'
import { changeRoutes, says, startWorld, type World } from './harness.ts'

const policy = { lifetimeS: 604_800, maxTemperature: 1, scope: 'user', minSimilarity: null } as const
const QUESTION = says('[[tokens=30 seed=4]] What is Parley?')

const kept = ({ deps }: World, count = 1) =>
  waitFor('the answer to be kept', async () => (await deps.prisma.cachedAnswer.count()) === count)

t.test('C6 an identical request of the same user is answered from the cache, streamed, for nothing, and metered as such', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  const first = await world.complete(QUESTION)
  await kept(world)
  const second = await world.complete(QUESTION)
  t.equal(second.text, first.text)
  t.equal(world.simulator.requests().length, 1)
  const nothing = { inputTokens: 0n, outputTokens: 0n, costMicroUsd: 0n, priceId: 'parley-guide@1', cached: true }
  t.match(second.last, { case: 'finished', value: { model: 'parley-guide', provider: 'openai', usage: nothing } })
  t.match(await world.fact(second.callId), { usage: nothing, wasted: [] })
  t.match(await world.endedCall(second.callId), { outcome: 'completed', isCached: true, costMicroUsd: 0n })
  t.match(await world.fact(first.callId), { usage: { cached: false } })
})

t.test('C6 nothing is given to another user where the policy says user, and to everybody where it says so', async (t) => {
  const world = await startWorld(t)
  const stranger = aPrincipal()
  const asStranger = () => world.complete({ ...QUESTION, userId: stranger.userId }, { principal: stranger })
  changeRoutes(world, { cache: policy })
  await world.complete(QUESTION)
  await kept(world)
  t.match((await asStranger()).last, { value: { usage: { cached: false } } })

  changeRoutes(world, { cache: { ...policy, scope: 'everybody' } })
  await kept(world, 2)
  await world.complete(QUESTION)
  await kept(world, 3)
  t.match((await asStranger()).last, { value: { usage: { cached: true } } })
})

t.test('C6 whatever an answer depends on makes another request of it', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  await world.complete(QUESTION)
  await kept(world)
  const others = [
    { ...QUESTION, system: 'Be brief.' },
    { ...QUESTION, model: 'parley-guide-b' },
    { ...QUESTION, maxOutputTokens: 10 },
    { ...QUESTION, prefill: 'Parley' },
    { ...QUESTION, fresh: true },
    { messages: [{ role: 'ROLE_USER', text: 'Hi' }, { role: 'ROLE_ASSISTANT', text: 'Hello' }, ...QUESTION.messages] },
  ]
  for (const other of others) {
    const { last } = await world.complete(other)
    t.match(last, { case: 'finished', value: { usage: { cached: false } } }, JSON.stringify(other))
  }
})

t.test('C6 nothing is kept above the temperature of the policy, without one, of titles, and of answers that broke off', async (t) => {
  const world = await startWorld(t)
  const twice = async (fields: object, cache: CachePolicy | null) => {
    changeRoutes(world, { cache })
    await world.complete(fields)
    const { last } = await world.complete(fields)
    return last.case === 'finished' ? last.value.usage?.cached : last.case
  }
  t.equal(await twice(QUESTION, null), false)
  t.equal(await twice(QUESTION, { ...policy, maxTemperature: 0.5 }), false, 'without a temperature it is the vendor’s, 1')
  t.equal(await twice({ ...QUESTION, purpose: 'CALL_PURPOSE_SUMMARY', model: 'parley-guide' }, policy), false)
  t.equal(await twice({ ...QUESTION, maxOutputTokens: 5 }, policy), false, 'it was cut by its limit')
  t.equal(await world.deps.prisma.cachedAnswer.count(), 0)
})

t.test('C6 an answer is not given any longer than the policy says, and removed afterwards', async (t) => {
  const world = await startWorld(t)
  changeRoutes(world, { cache: policy })
  await world.complete(QUESTION)
  await kept(world)
  await world.complete({ ...QUESTION, maxOutputTokens: 900 })
  await kept(world, 2)
  await world.deps.prisma.cachedAnswer.updateMany({ data: { expiresAt: new Date(Date.now() - 1_000) } })
  t.equal(await world.deps.answers.deleteExpired(1), 1, 'a batch')
  t.equal(await world.deps.answers.deleteExpired(10), 1)
  await world.complete(QUESTION)
  t.equal(world.simulator.requests().length, 3)
})
