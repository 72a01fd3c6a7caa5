import t from 'tap'
import { v7 as newId } from 'uuid'
import { readParts, says, startWorld } from './harness.ts'

t.test('A-19 without a principal nobody gets an answer', async (t) => {
  const world = await startWorld(t)
  const attempts: Record<string, string>[] = [{}, { 'x-parley-principal': 'not.a.token' }, { 'x-user-id': world.principal.userId }]
  for (const headers of attempts) {
    const response = await fetch(`${world.url}/internal/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{}',
    })
    t.equal(response.status, 401)
    t.match(await response.json(), { code: 'unauthenticated' })
  }
  t.equal((await fetch(`${world.url}/api/v1/models`)).status, 401)
  t.equal(world.simulator.requests().length, 0)
})

t.test('A-19 nobody gets an answer on somebody else’s account', async (t) => {
  const world = await startWorld(t)
  const response = await world.send({ userId: newId() })
  t.equal(response.status, 403)
  t.match(await response.json(), { code: 'forbidden' })
})

t.test('A-23 what is no request is a 400 that says why', async (t) => {
  const world = await startWorld(t)
  const response = await world.send({ plan: 'gold', messages: [] })
  t.equal(response.status, 400)
  t.match(await response.json(), { code: 'invalid_request', errors: [{ path: 'plan' }, { path: 'messages' }] })
  const broken = await fetch(`${world.url}/internal/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(await world.headers()) },
    body: '{"callId":',
  })
  t.equal(broken.status, 400)
})

t.test('B-1 the same call sent again, at the same time or later, is a conflict and is run once', async (t) => {
  const world = await startWorld(t)
  const callId = newId()
  const responses = await Promise.all(Array.from({ length: 10 }, () => world.send({ ...says('[[tokens=20 tps=100]]'), callId })))
  t.same(responses.map(({ status }) => status).sort(), [200, ...Array<number>(9).fill(409)])
  for (const response of responses) {
    if (response.status === 409) t.match(await response.json(), { code: 'call_exists' })
    else t.equal(readParts(await response.text()).last.case, 'finished')
  }
  await world.endedCall(callId)
  t.equal((await world.send({ callId })).status, 409)
  t.equal(world.simulator.requests().length, 1)
})

t.test('C10 a model that is unknown, not configured or above the plan is not allowed, and no vendor is asked', async (t) => {
  const world = await startWorld(t, { env: { OPENAI_SIMULATED: 'false', OPENAI_API_KEY: 'a-key-for-these-tests' } })
  for (const [model, plan] of [
    ['gpt-none', 'admin'],
    ['gpt-5.5', 'free'],
    ['claude-sonnet-5', 'pro'],
    ['parley-guide', 'pro'],
  ] as const) {
    t.match((await world.complete({ model, plan })).last, { case: 'failed', value: { code: 'model_not_allowed' } }, `${model} for ${plan}`)
  }
  t.equal(world.simulator.requests().length, 0)
  for (const plan of ['pro', 'admin']) {
    const { last } = await world.complete({ model: 'gpt-5.5', plan })
    t.match(last, { case: 'finished', value: { model: 'gpt-5.5', usage: { priceId: 'gpt-5.5@1' } } })
  }
})
