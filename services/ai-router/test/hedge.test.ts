import t from 'tap'
import { changeRoutes, says, startWorld } from './harness.ts'

t.test('a hedged route asks a second target when the first is late, and the loser is stopped and booked as waste', async (t) => {
  const world = await startWorld(t, { env: { HEDGE_AFTER_MS: '100' } })
  changeRoutes(world, { isHedged: true })
  const answer = await world.complete(says('[[tokens=10 seed=3 fault=slow_first_token delay=30000 on=openai]]'))
  t.match(answer.last, { case: 'finished', value: { provider: 'anthropic' } })
  t.ok(
    await world.simulator.waitForRequest(({ provider, outcome }) => provider === 'openai' && outcome !== 'running'),
    'the vendor was left',
  )
  const legs = await world.deps.prisma.aiLeg.findMany({ where: { callId: answer.callId }, orderBy: { number: 'asc' } })
  t.match(legs, [
    { number: 1, provider: 'openai', outcome: 'outrun', failure: 'aborted', isEstimated: true },
    { number: 2, provider: 'anthropic', outcome: 'completed' },
  ])
  t.ok((legs[0]?.costMicroUsd ?? 0n) > 0n)
  t.match(await world.fact(answer.callId), { provider: 'anthropic', wasted: [{ number: 1, provider: 'openai' }] })
  t.ok(world.deps.breakers.isClosed({ id: 'parley-guide', provider: 'openai' }), 'losing once is no failure')
})

t.test('of two that answer the first one is heard, and the text is one of theirs alone', async (t) => {
  const world = await startWorld(t, { env: { HEDGE_AFTER_MS: '100' } })
  changeRoutes(world, { isHedged: true })
  const answer = await world.complete(says('[[tokens=40 seed=3 first=300 tps=200]]'))
  t.equal(answer.last.case, 'finished')
  t.equal(world.simulator.requests().length, 2)
  t.equal(answer.parts.filter(({ part }) => part.case === 'started').length, 1)
  const whole = await world.complete(says('[[tokens=40 seed=3]]'))
  t.equal(answer.text, whole.text)
})

t.test('a hedged route whose first target answers in time asks nobody else', async (t) => {
  const world = await startWorld(t, { env: { HEDGE_AFTER_MS: '2000' } })
  changeRoutes(world, { isHedged: true })
  t.match((await world.complete(says('[[tokens=10]]'))).last, { case: 'finished', value: { provider: 'openai' } })
  t.equal(world.simulator.requests().length, 1)
})

t.test('a hedged route whose first target fails goes to the next one as any other', async (t) => {
  const world = await startWorld(t, { env: { HEDGE_AFTER_MS: '100' } })
  changeRoutes(world, { isHedged: true })
  t.match((await world.complete(says('[[tokens=10 fault=reset on=openai]]'))).last, { case: 'finished', value: { provider: 'anthropic' } })
})
