import t from 'tap'
import { v7 as newId } from 'uuid'
import { says, startWorld } from './harness.ts'

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
