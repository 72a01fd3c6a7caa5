import { CompletionState } from '@parley/contracts'
import t from 'tap'
import { countTokens } from '../src/completions/count-tokens.ts'
import { says, startWorld } from './harness.ts'

const kinds = ({ parts }: { parts: { part: { case?: string } }[] }) =>
  parts.map(({ part }) => part.case).filter((kind, index, all) => kind !== all[index - 1])

t.test('a cut stream is a failure, never a success, and is booked with what was produced', async (t) => {
  const world = await startWorld(t)
  for (const fault of ['truncate', 'reset', 'malformed', 'error_event']) {
    const answer = await world.complete(says(`[[tokens=40 seed=1 fault=${fault} after=12]]`))
    t.same(kinds(answer), ['started', 'text', 'failed'], fault)
    if (answer.last.case !== 'failed') return t.fail()
    t.match(answer.last.value, { code: 'provider_unavailable', usage: { estimated: true } })
    const row = await world.endedCall(answer.callId)
    t.match(row, { outcome: 'failed', isEstimated: true })
    t.equal(Number(row.outputTokens), countTokens(answer.text), 'to the token')
    t.equal(row.costMicroUsd, answer.last.value.usage?.costMicroUsd)
    t.match(await world.fact(answer.callId), { outcome: 3, usage: { costMicroUsd: row.costMicroUsd } })
  }
})

t.test('F-15 a failure before the first token goes to the next provider, and the caller is told', async (t) => {
  const world = await startWorld(t)
  const faults = [
    'rate_limited',
    'status status=500',
    'status status=401',
    'reset',
    'reset after=0',
    'truncate',
    'malformed',
    'error_event',
  ]
  for (const fault of faults) {
    const answer = await world.complete(says(`[[tokens=10 fault=${fault} on=openai]] ${fault}`))
    const [status] = answer.parts.flatMap(({ part }) => (part.case === 'status' ? [part.value] : []))
    t.equal(status?.state, CompletionState.SWITCHED_PROVIDER, fault)
    if (answer.last.case !== 'finished') return t.fail(`${fault}: ended as ${answer.last.case}`)
    t.match(answer.last.value, { model: 'parley-guide-b', provider: 'anthropic', usage: { priceId: 'parley-guide-b@1' } })
    t.match(await world.endedCall(answer.callId), { outcome: 'completed', model: 'parley-guide-b', provider: 'anthropic' })
  }
})

t.test('F-15 after the first token nothing is sent to another provider', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[tokens=10 fault=reset after=4 on=openai]]'))
  t.equal(answer.last.case, 'failed')
  t.same(
    world.simulator.requests().map(({ provider }) => provider),
    ['openai'],
  )
})

t.test('a request that is wrong by itself is not sent to another provider', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[fault=status status=400]]'))
  t.equal(answer.last.case, 'failed')
  t.equal(world.simulator.requests().length, 1)
  t.match(await world.endedCall(answer.callId), { outcome: 'failed', failure: 'invalid', costMicroUsd: null })
})

t.test('F-16 when all providers are limited the caller learns when to come back, and nothing is booked', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[fault=rate_limited retry=7]]'))
  t.same(kinds(answer), ['status', 'failed'])
  t.match(answer.last.value, { code: 'rate_limited', retryAfterMs: 7000n, usage: undefined })
  t.match(await world.endedCall(answer.callId), { outcome: 'failed', failure: 'rate_limited', costMicroUsd: null, priceId: null })
  // A later call's fact is there: an earlier one would be, too.
  const next = await world.complete()
  await world.fact(next.callId)
  t.same(
    world.published.map(({ callId }) => callId),
    [next.callId],
  )
})

t.test('F-16 without any provider the answer is a clear failure', async (t) => {
  const world = await startWorld(t, { env: { OPENAI_SIMULATED: 'false', ANTHROPIC_SIMULATED: 'false' } })
  t.match((await world.complete()).last, { case: 'failed', value: { code: 'provider_unavailable' } })
})
