import { CompletionState } from '@parley/contracts'
import { seededText, splitTokens } from '@parley/simulators'
import t from 'tap'
import { countTokens } from '../src/completions/count-tokens.ts'
import { firstText, says, startWorld, statusesOf } from './harness.ts'

const FAULTS = ['reset', 'truncate', 'malformed', 'error_event', 'stall'] as const
const WHOLE = seededText(40, 9)
const QUICK = { TOKEN_GAP_TIMEOUT_MS: '200' }

for (const fault of FAULTS) {
  t.test(`F-15 ${fault} after the first token: the same model goes on from its last character`, async (t) => {
    const world = await startWorld(t, { env: QUICK })
    const answer = await world.complete(says(`[[tokens=40 seed=9 fault=${fault} after=12 times=1]]`))
    t.equal(answer.text, WHOLE, 'the whole answer, nothing twice')
    t.match(statusesOf(answer), [{ state: CompletionState.CONTINUED, message: 'Parley Guide (simulated) was interrupted and goes on.' }])
    t.match(answer.last, { case: 'finished', value: { model: 'parley-guide' } })
    t.same(
      world.simulator.requests().map(({ provider }) => provider),
      ['openai', 'openai'],
    )
  })
}

t.test('F-15 where its own model is gone another one goes on', async (t) => {
  const world = await startWorld(t)
  world.simulator.faults.add({ kind: 'reset', afterTokens: 12 }, { provider: 'openai' })
  world.simulator.faults.add({ kind: 'status', status: 500 }, { provider: 'openai', times: Number.POSITIVE_INFINITY })
  const answer = await world.complete(says('[[tokens=40 seed=9]]'))
  t.equal(answer.text, WHOLE)
  t.match(answer.last, { case: 'finished', value: { model: 'parley-guide-b', provider: 'anthropic' } })
  t.match(statusesOf(answer).at(-1), { state: CompletionState.CONTINUED, message: /interrupted, Parley Guide .*Anthropic.* goes on/ })
})

t.test('F-15 an answer that breaks late is gone on with in rounds of its own', async (t) => {
  const world = await startWorld(t, { env: { UNAVAILABLE_AFTER_MS: '1000', ROUND_RETRY_DELAY_MS: '10' } })
  const answer = await firstText(await world.send(says('[[tokens=60 seed=4 tps=50 fault=reset after=50 times=1]]')))
  for (const provider of ['openai', 'anthropic'] as const) world.simulator.faults.add({ kind: 'status', status: 500 }, { provider })
  const { text, last } = await answer.rest()
  t.equal(last.case, 'finished')
  t.equal(text, seededText(60, 4))
  t.equal(world.simulator.requests().length, 4, 'each failed once more, then one went on')
})

t.test('F-15 an answer may break several times', async (t) => {
  const world = await startWorld(t, { env: { ANTHROPIC_SIMULATED: 'false' } })
  const answer = await world.complete(says('[[tokens=40 seed=9 fault=reset after=15 times=2]]'))
  t.equal(answer.text, WHOLE)
  t.equal(answer.last.case, 'finished')
  t.equal(world.simulator.requests().length, 3)
})

t.test('C7 an answer that was continued is no longer than its limit', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete({ ...says('[[tokens=100 seed=9 fault=reset after=12 times=1]]'), maxOutputTokens: 30 })
  t.match(answer.last, { case: 'finished', value: { reason: 2 } })
  const tokens = splitTokens(answer.text).length
  t.ok(tokens > 25 && tokens <= 30, 'what was counted of the first part is some tokens off')
})

t.test('an answer that nobody goes on with is a failure, never a success', async (t) => {
  const world = await startWorld(t)
  for (const fault of ['truncate', 'reset', 'malformed', 'error_event'] as const) {
    world.simulator.faults.clear()
    world.simulator.faults.add({ kind: fault, afterTokens: 12 })
    world.simulator.faults.add({ kind: 'status', status: 422 }, { times: Number.POSITIVE_INFINITY })
    const answer = await world.complete(says('[[tokens=40 seed=9]]'))
    t.match(answer.last, { case: 'failed', value: { code: 'provider_unavailable', usage: { estimated: true } } }, fault)
    t.ok(answer.text.length > 0 && WHOLE.startsWith(answer.text))
    const row = await world.endedCall(answer.callId)
    t.match(row, { outcome: 'failed', isEstimated: true, leg: 1 })
    t.equal(Number(row.outputTokens), countTokens(answer.text), 'booked to the token')
  }
})
