import { CompletionState } from '@parley/contracts'
import t from 'tap'
import { kindsOf, says, startWorld, statusesOf } from './harness.ts'

t.test('F-16 when every provider is down the caller is told within 5 s', async (t) => {
  const world = await startWorld(t)
  for (const fault of [{ kind: 'status', status: 500 }, { kind: 'reset' }] as const) {
    world.simulator.faults.clear()
    world.simulator.faults.add(fault, { times: Number.POSITIVE_INFINITY })
    const startedMs = performance.now()
    const answer = await world.complete()
    t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable', usage: undefined } })
    t.ok(performance.now() - startedMs < 5_000)
    t.match(await world.endedCall(answer.callId), { outcome: 'failed', costMicroUsd: null })
  }
})

t.test('F-16 once all breakers are open nobody waits, and the first who asks after the outage is answered', async (t) => {
  const world = await startWorld(t, { env: { BREAKER_LAST_RESORT_MS: '300', ROUND_RETRIES: '0' } })
  world.simulator.faults.add({ kind: 'status', status: 500 }, { times: Number.POSITIVE_INFINITY })
  for (let call = 0; call < 5; call += 1) await world.complete()
  const asked = world.simulator.requests().length
  t.match((await world.complete()).last, { case: 'failed', value: { code: 'provider_unavailable' } })
  t.ok(world.simulator.requests().length - asked <= 2, 'at most one try of each')
  world.simulator.faults.clear()
  let last = (await world.complete()).last
  while (last.case === 'failed') last = (await world.complete()).last
  t.equal(last.case, 'finished', 'long before the five minutes are over')
})

t.test('F-16 when all providers are limited for longer than anybody waits the caller learns when to come back', async (t) => {
  const world = await startWorld(t, { env: { RATE_LIMIT_WAIT_MS: '5000' } })
  const answer = await world.complete(says('[[fault=rate_limited retry=7]]'))
  t.same(kindsOf(answer), ['status', 'failed'])
  t.match(answer.last.value, { code: 'rate_limited', retryAfterMs: 7000n, usage: undefined })
  t.match(await world.endedCall(answer.callId), { outcome: 'failed', failure: 'rate_limited', costMicroUsd: null, priceId: null })
  t.equal(world.simulator.requests().length, 2, 'each was asked once')
})

t.test('C4 while all providers are limited a call waits, is told so, and is answered when one has room again', async (t) => {
  const world = await startWorld(t)
  world.simulator.faults.add({ kind: 'rate_limited', retryAfterS: 1 }, { provider: 'openai' })
  world.simulator.faults.add({ kind: 'rate_limited', retryAfterS: 1 }, { provider: 'anthropic' })
  const answer = await world.complete(says('[[tokens=5]]'))
  t.equal(answer.last.case, 'finished')
  const retrying = statusesOf(answer).filter(({ state }) => state === CompletionState.RETRYING)
  t.match(retrying, [{ message: 'The AI service is temporarily unavailable, retrying…' }])
  t.match(await world.endedCall(answer.callId), { outcome: 'completed' })
})

t.test('F-16 without any provider the answer is a clear failure', async (t) => {
  const world = await startWorld(t, { env: { OPENAI_SIMULATED: 'false', ANTHROPIC_SIMULATED: 'false' } })
  t.match((await world.complete()).last, { case: 'failed', value: { code: 'provider_unavailable' } })
})
