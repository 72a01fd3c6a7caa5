import { CompletionState } from '@parley/contracts'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { countTokens } from '../src/completions/count-tokens.ts'
import { firstText, says, startWorld } from './harness.ts'

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

t.test('C4 a vendor that falls silent between tokens is given up after the gap', async (t) => {
  const world = await startWorld(t, { env: { TOKEN_GAP_TIMEOUT_MS: '150' } })
  const answer = await world.complete(says('[[tokens=10 fault=stall after=3]]'))
  t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable' } })
  t.match(await world.endedCall(answer.callId), { failure: 'timeout' })
  t.ok(await world.simulator.waitForRequest(({ outcome }) => outcome === 'stall'), 'and its connection closed')
})

t.test('C4 a vendor whose first token is late is given up for the next one', async (t) => {
  const world = await startWorld(t, { env: { FIRST_TOKEN_TIMEOUT_MS: '150' } })
  const answer = await world.complete(says('[[tokens=10 fault=slow_first_token delay=30000 on=openai]]'))
  t.match(answer.last, { case: 'finished', value: { provider: 'anthropic' } })
})

t.test('C4 an answer that takes too long altogether is ended, with what was said so far', async (t) => {
  const world = await startWorld(t, { env: { COMPLETION_TIMEOUT_MS: '400' } })
  const answer = await world.complete(says('[[tokens=400 tps=50]]'))
  t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable' } })
  t.ok(answer.text.length > 0)
  t.match(await world.endedCall(answer.callId), { outcome: 'failed', failure: 'timeout' })
})

t.test('the caller’s own deadline ends the answer as well', async (t) => {
  const world = await startWorld(t)
  const response = await fetch(`${world.url}/internal/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-parley-timeout-ms': '300', ...(await world.headers()) },
    body: JSON.stringify({
      callId: newId(),
      turnId: newId(),
      userId: world.principal.userId,
      plan: 'free',
      ...says('[[tokens=400 tps=50]]'),
    }),
  })
  const lines = (await response.text()).trim().split('\n')
  t.match(lines.at(-1), '"failed"')
})

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
  t.match(row, { outcome: 'completed', costMicroUsd: last.case === 'finished' ? last.value.usage?.costMicroUsd : null })
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
