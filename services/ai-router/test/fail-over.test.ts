import { CompletionState } from '@parley/contracts'
import t from 'tap'
import { kindsOf, says, startWorld, statusesOf } from './harness.ts'

const FAULTS = [
  'status status=500',
  'status status=503',
  'status status=401',
  'rate_limited',
  'reset',
  'reset after=0',
  'slow_first_token delay=30000',
  'stall after=0',
  'truncate after=0',
  'malformed after=0',
  'error_event after=0',
]
/** Chosen small, so that a slow vendor is recognised soon; what it is in production is configuration. */
const QUICK = { SLOW_FIRST_TOKEN_MS: '200', BREAKER_FAILURES: '100' }

for (const fault of FAULTS) {
  t.test(`F-15 ${fault} before the first token: the next provider answers, and the caller is told who was unavailable`, async (t) => {
    const world = await startWorld(t, { env: QUICK })
    const startedMs = performance.now()
    const answer = await world.complete(says(`[[tokens=10 fault=${fault} on=openai]]`))
    t.ok(performance.now() - startedMs < 2_000, 'within 2 s')
    t.same(kindsOf(answer), ['status', 'started', 'text', 'finished'])
    t.match(statusesOf(answer), [
      { state: CompletionState.SWITCHED_PROVIDER, message: /^Parley Guide \(simulated\) is unavailable, Parley Guide/ },
    ])
    t.match(answer.parts.find(({ part }) => part.case === 'started')?.part.value, {
      model: 'parley-guide-b',
      provider: 'anthropic',
      unavailable: ['Parley Guide (simulated)'],
    })
    t.match(answer.last, {
      case: 'finished',
      value: { model: 'parley-guide-b', provider: 'anthropic', usage: { priceId: 'parley-guide-b@1' } },
    })
    t.match(await world.endedCall(answer.callId), { outcome: 'completed', model: 'parley-guide-b', provider: 'anthropic', leg: 2 })
  })
}

t.test('F-15 a vendor that announces its text and writes none is given up as quickly as a silent one', async (t) => {
  const world = await startWorld(t, { env: QUICK })
  const answer = await world.complete({ ...says('[[tokens=10 fault=stall on=anthropic]]'), model: 'parley-guide-b' })
  t.match(answer.last, { case: 'finished', value: { provider: 'openai' } })
  t.match(await world.endedCall(answer.callId), { outcome: 'completed', leg: 2 })
  t.ok(
    answer.parts.every(({ part }) => part.case !== 'started' || part.value.provider === 'openai'),
    'it has not begun to answer',
  )
})

t.test('F-15 the only target is asked again after a pause when it fails for a moment', async (t) => {
  const world = await startWorld(t, { env: { ANTHROPIC_SIMULATED: 'false' } })
  const answer = await world.complete(says('[[tokens=10 fault=status status=503 times=2]]'))
  t.same(
    statusesOf(answer).map(({ state }) => state),
    [CompletionState.RETRYING, CompletionState.RETRYING],
  )
  t.equal(answer.last.case, 'finished')
  t.equal(world.simulator.requests().length, 3)
})

t.test('a request that is wrong by itself is not sent to another provider', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[fault=status status=400]]'))
  t.equal(answer.last.case, 'failed')
  t.equal(world.simulator.requests().length, 1)
  t.match(await world.endedCall(answer.callId), { outcome: 'failed', failure: 'invalid', costMicroUsd: null })
})

t.test('a target that is slow by nature is given its time in the end', async (t) => {
  const world = await startWorld(t, { env: { SLOW_FIRST_TOKEN_MS: '100', BREAKER_FAILURES: '100' } })
  const ask = async () => {
    const { last } = await world.complete(says(`[[tokens=5 fault=slow_first_token delay=250 on=openai]] ${Math.random()}`))
    return last.case === 'finished' ? last.value.provider : last.case
  }
  t.same([await ask(), await ask(), await ask(), await ask()], ['anthropic', 'anthropic', 'anthropic', 'openai'])
})
