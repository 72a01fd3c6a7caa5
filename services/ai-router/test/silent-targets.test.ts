import { setTimeout as delay } from 'node:timers/promises'
import { CompletionState } from '@parley/contracts'
import { scriptedAnswers } from '@parley/simulators'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { says, startWorld, statusesOf, type World } from './harness.ts'

const OPENAI = { id: 'parley-guide', provider: 'openai' }
const NAME_OF_ANTHROPIC = 'Parley Guide (simulated, Anthropic API)'
const FAILING = { kind: 'status', status: 500 } as const
/** Chosen small, so that silence is recognised soon. */
const QUICK = { SLOW_FIRST_TOKEN_MS: '200', BREAKER_LAST_RESORT_MS: '50' }

/** Lets OpenAI fail until its breaker is open. */
async function openBreaker(world: World): Promise<void> {
  world.simulator.faults.add(FAILING, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  while (world.deps.breakers.isClosed(OPENAI)) await world.complete(says('[[tokens=3]]'))
  world.simulator.faults.clear()
}

const askedOf = (world: World, provider: string) => world.simulator.requests().filter((request) => request.provider === provider).length
const legsOf = ({ deps }: World, callId: string) => deps.prisma.aiLeg.findMany({ where: { callId }, orderBy: { number: 'asc' } })

t.test('F-15 while the only closed target is silent one whose breaker is open is tried, and answers', async (t) => {
  const world = await startWorld(t, { env: QUICK })
  await openBreaker(world)
  const answer = await world.complete(says('[[tokens=10 fault=stall on=anthropic]]'))
  t.match(answer.last, { case: 'finished', value: { provider: 'openai' } }, 'long before the silent one’s 30 s are over')
  t.ok(world.deps.breakers.isClosed(OPENAI), 'everybody may ask it again')
  t.match(await legsOf(world, answer.callId), [
    { number: 1, provider: 'anthropic', outcome: 'failed', failure: 'timeout' },
    { number: 2, provider: 'openai', outcome: 'completed' },
  ])
  t.match(await world.fact(answer.callId), { wasted: [{ number: 1, provider: 'anthropic' }] })
  t.match(statusesOf(answer).at(-1), { state: CompletionState.SWITCHED_PROVIDER })
  t.match(answer.parts.find(({ part }) => part.case === 'started')?.part.value, { provider: 'openai', unavailable: [NAME_OF_ANTHROPIC] })
})

t.test('F-15 the silent one is still waited for, and of all calls on all replicas one at a time tries the other one', async (t) => {
  const scripted = scriptedAnswers()
  const anthropic = Promise.withResolvers<void>()
  let isHeld = false
  const world = await startWorld(t, {
    env: QUICK,
    async answer(request, signal) {
      if (isHeld && request.provider === 'anthropic') await anthropic.promise
      return scripted(request, signal)
    },
  })
  const other = await world.startReplica(QUICK)
  await openBreaker(world)
  await waitFor('the other replica to know', () => !other.deps.breakers.isClosed(OPENAI))
  isHeld = true
  world.simulator.faults.add({ kind: 'stall' }, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  const [askedBefore, waitedBefore] = [askedOf(world, 'openai'), askedOf(world, 'anthropic')]
  const answers = Array.from({ length: 12 }, (_, index) =>
    world.complete(says(`[[tokens=3]] ${index}`), { url: index % 2 ? world.url : other.url }),
  )
  await waitFor('all to wait', () => askedOf(world, 'anthropic') - waitedBefore === 12)
  await waitFor('one to try', () => askedOf(world, 'openai') > askedBefore)
  // All look for help now, several times.
  await delay(800)
  t.equal(askedOf(world, 'openai') - askedBefore, 1)
  anthropic.resolve()
  t.ok(
    (await Promise.all(answers)).every(({ last }) => last.case === 'finished' && last.value.provider === 'anthropic'),
    'the silent one answers all of them',
  )
  t.notOk(world.deps.breakers.isClosed(OPENAI), 'to be outrun is no sign of life')
})

t.test('F-15 a target that is rate limited when a call begins is asked as soon as it has room, if the other one is silent', async (t) => {
  const world = await startWorld(t, { env: QUICK })
  world.simulator.faults.add({ kind: 'rate_limited', retryAfterS: 1 }, { provider: 'openai' })
  const answer = await world.complete(says('[[tokens=10 fault=stall on=anthropic]]'))
  t.match(answer.last, { case: 'finished', value: { provider: 'openai' } })
  t.match(await legsOf(world, answer.callId), [
    { provider: 'openai', failure: 'rate_limited', costMicroUsd: null },
    { provider: 'anthropic', failure: 'timeout' },
    { provider: 'openai', outcome: 'completed' },
  ])
})

t.test('F-15 a target that has failed is asked again while the other one is silent, as often as rounds would, and no more', async (t) => {
  const world = await startWorld(t, { env: { ...QUICK, FIRST_TOKEN_TIMEOUT_MS: '2500' } })
  world.simulator.faults.add(FAILING, { provider: 'openai', times: 2 })
  const mended = await world.complete(says('[[tokens=10 fault=stall on=anthropic]]'))
  t.match(mended.last, { case: 'finished', value: { provider: 'openai' } })

  world.simulator.faults.add(FAILING, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  const asked = askedOf(world, 'openai')
  const failed = await world.complete(says('[[fault=stall on=anthropic]]'))
  t.match(failed.last, { case: 'failed', value: { code: 'provider_unavailable' } })
  t.equal(askedOf(world, 'openai') - asked, 3)
})

t.test('F-15 where all closed targets fail, one whose breaker is open is tried in the same round', async (t) => {
  const world = await startWorld(t, { env: { BREAKER_LAST_RESORT_MS: '1', ROUND_RETRIES: '0' } })
  await openBreaker(world)
  world.simulator.faults.add(FAILING, { provider: 'anthropic' })
  t.match((await world.complete(says('[[tokens=3]]'))).last, { case: 'finished', value: { provider: 'openai' } })
  t.ok(world.deps.breakers.isClosed(OPENAI))
})

t.test(
  'F-16 nobody waits for the probe of a target that is silent, however often; one that is slow and alive is asked again',
  async (t) => {
    const scripted = scriptedAnswers()
    const openai = Promise.withResolvers<void>()
    let isHeld = false
    const world = await startWorld(t, {
      // The breaker's time is over at once: each call is a probe, as after five minutes.
      env: { ...QUICK, BREAKER_OPEN_MS: '1', UNAVAILABLE_AFTER_MS: '1000', FIRST_TOKEN_TIMEOUT_MS: '60000' },
      async answer(request, signal) {
        if (isHeld && request.provider === 'openai') await openai.promise
        return scripted(request, signal)
      },
    })
    await openBreaker(world)
    world.simulator.faults.add(FAILING, { provider: 'anthropic', times: Number.POSITIVE_INFINITY })
    isHeld = true
    for (let call = 0; call < 4; call += 1) {
      const answer = await world.complete(says('[[tokens=3]]'))
      t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable' } })
      t.ok(
        (await legsOf(world, answer.callId)).some(({ provider, failure }) => provider === 'openai' && failure === 'timeout'),
        'what the silent one has read is booked',
      )
      t.notOk(world.deps.breakers.isClosed(OPENAI))
    }
    openai.resolve()
    await waitFor('its late sign', () => world.deps.breakers.isClosed(OPENAI))
    isHeld = false
    t.match((await world.complete(says('[[tokens=3]]'))).last, { case: 'finished', value: { provider: 'openai' } })
  },
)

t.test('F-16 a closed target that was silent to the end is not waited for again before it was heard of', async (t) => {
  const FIRST_TOKEN_MS = 1_500
  const world = await startWorld(t, {
    env: {
      ...{ ...QUICK, ROUND_RETRIES: '0', UNAVAILABLE_AFTER_MS: '600', FIRST_TOKEN_TIMEOUT_MS: String(FIRST_TOKEN_MS) },
      ...{ BREAKER_FAILURES: '100', BREAKER_SLOW_FIRST_TOKEN_MS: '1000' },
    },
  })
  world.simulator.faults.add({ kind: 'stall' }, { provider: 'anthropic', times: Number.POSITIVE_INFINITY })
  world.simulator.faults.add(FAILING, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  const longestLegOf = async () => {
    const answer = await world.complete(says('[[tokens=3]]'))
    t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable' } })
    return Math.max(...(await legsOf(world, answer.callId)).map(({ latencyMs }) => latencyMs))
  }
  t.ok((await longestLegOf()) >= FIRST_TOKEN_MS, 'it may be thinking')
  t.ok((await longestLegOf()) < FIRST_TOKEN_MS)
})

t.test('F-16 for a silent target whose breaker is open nobody waits longer than it takes to see that nobody answers', async (t) => {
  const world = await startWorld(t, {
    env: { ...QUICK, BREAKER_LAST_RESORT_MS: '1', UNAVAILABLE_AFTER_MS: '3000', FIRST_TOKEN_TIMEOUT_MS: '60000' },
  })
  await openBreaker(world)
  world.simulator.faults.add({ kind: 'stall' }, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  world.simulator.faults.add(FAILING, { provider: 'anthropic', times: Number.POSITIVE_INFINITY })
  const answer = await world.complete(says('[[tokens=3]]'))
  t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable' } })
  const legs = await legsOf(world, answer.callId)
  t.ok(
    legs.some(({ provider, failure }) => provider === 'openai' && failure === 'timeout'),
    'it was tried',
  )
  t.notOk(world.deps.breakers.isClosed(OPENAI))
})
