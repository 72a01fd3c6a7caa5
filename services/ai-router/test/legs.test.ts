import { openPool } from '@parley/database'
import { splitTokens } from '@parley/simulators'
import t from 'tap'
import { countTokens } from '../src/completions/count-tokens.ts'
import { says, startWorld, type World } from './harness.ts'

const legsOf = ({ deps }: World, callId: string) => deps.prisma.aiLeg.findMany({ where: { callId }, orderBy: { number: 'asc' } })

t.test('B-17 of an answer that broke its user pays for the leg that finished it; the other one is told as wasted', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[tokens=40 seed=9 fault=reset after=12 times=1]]'))
  const legs = await legsOf(world, answer.callId)
  t.match(legs, [
    { number: 1, model: 'parley-guide', outcome: 'failed', failure: 'cut', isEstimated: true },
    { number: 2, model: 'parley-guide', outcome: 'completed', failure: null, isEstimated: false },
  ])
  const [broken, finishing] = legs
  const shown = splitTokens(answer.text).slice(0, 12).join('')
  t.equal(Number(broken?.outputTokens), countTokens(shown), 'what was shown of it, to the token')
  t.equal(finishing?.outputTokens, 28n, 'and the rest')
  const row = await world.endedCall(answer.callId)
  t.match(row, { outcome: 'completed', leg: 2, costMicroUsd: finishing?.costMicroUsd, outputTokens: finishing?.outputTokens })

  const fact = await world.fact(answer.callId)
  t.match(fact, {
    usage: { costMicroUsd: finishing?.costMicroUsd, outputTokens: finishing?.outputTokens, priceId: 'parley-guide@1' },
    wasted: [{ number: 1, model: 'parley-guide', usage: { costMicroUsd: broken?.costMicroUsd, estimated: true } }],
  })
  t.ok((broken?.costMicroUsd ?? 0n) > 0n)
  if (answer.last.case !== 'finished') return t.fail()
  t.same(answer.last.value.usage, fact.usage, 'and the caller is told what it pays')
})

t.test('B-2 every leg can be rated again from its row and its price version', async (t) => {
  const world = await startWorld(t, { env: { SLOW_FIRST_TOKEN_MS: '100' } })
  for (const fault of ['reset after=12', 'truncate after=3', 'slow_first_token delay=30000']) {
    await world.complete(says(`[[tokens=60 seed=2 fault=${fault} times=1 on=openai]] ${fault}`))
  }
  const differing = await world.deps.prisma.$queryRaw<unknown[]>`
    SELECT l.call_id FROM ai_leg l JOIN price p ON p.id = l.price_id
    WHERE l.cost_micro_usd <> floor((
      (l.input_tokens - l.cached_input_tokens)::numeric * p.input_micro_usd_per_million
      + l.cached_input_tokens::numeric * p.cached_input_micro_usd_per_million
      + l.output_tokens::numeric * p.output_micro_usd_per_million) / 1000000 + 0.5)`
  t.same(differing, [])
  const legs = await world.deps.prisma.aiLeg.count({ where: { costMicroUsd: { gt: 0 } } })
  t.ok(legs >= 6, `${legs}: two a call, and one more where a busy machine makes a vendor slow`)
})

t.test('a vendor that was given up before its first token has read the question: that is booked as waste', async (t) => {
  const world = await startWorld(t, { env: { SLOW_FIRST_TOKEN_MS: '100' } })
  const answer = await world.complete(says('[[tokens=10 fault=slow_first_token delay=30000 on=openai]]'))
  t.match(await world.fact(answer.callId), {
    provider: 'anthropic',
    wasted: [{ number: 1, provider: 'openai', usage: { outputTokens: 0n } }],
  })
  const [given] = await legsOf(world, answer.callId)
  t.ok(Number(given?.inputTokens) > 0)
})

t.test('a vendor that refused bills nothing', async (t) => {
  const world = await startWorld(t)
  const answer = await world.complete(says('[[tokens=10 fault=status status=503 on=openai]]'))
  t.same((await world.fact(answer.callId)).wasted, [])
  t.match(await legsOf(world, answer.callId), [{ outcome: 'failed', failure: 'overloaded', costMicroUsd: null }, { outcome: 'completed' }])
})

t.test('an answer counted while it streamed costs what its text costs in one go', async (t) => {
  const world = await startWorld(t, { env: { ANTHROPIC_SIMULATED: 'false', ROUND_RETRIES: '0' } })
  world.simulator.faults.add({ kind: 'truncate', afterTokens: 300 })
  world.simulator.faults.add({ kind: 'status', status: 422 })
  const { callId, text } = await world.complete(says('[[tokens=300 seed=5]]'))
  t.match(await world.endedCall(callId), { outputTokens: BigInt(countTokens(text)), isEstimated: true })
})

t.test('D4 a completion over the configured cost is told once, with all its legs', async (t) => {
  const world = await startWorld(t, { env: { COST_ALERT_CALL_USD: '0.000010' } })
  const pool = openPool({ url: world.database.url, applicationName: 'test', poolSize: 1 })
  t.teardown(() => pool.end())
  const { callId } = await world.complete(says('[[tokens=60 seed=2 fault=reset after=30 times=1]]'))
  await world.fact(callId)
  const legs = await legsOf(world, callId)
  const { rows } = await pool.query<{ payload: { callId: string; costMicroUsd: string; thresholdMicroUsd: string } }>(
    "SELECT payload FROM messaging.outbox WHERE subject = 'evt.ai.cost.exceeded.v1'",
  )
  const cost = String(legs.reduce((sum, { costMicroUsd }) => sum + (costMicroUsd ?? 0n), 0n))
  t.match(
    rows.map(({ payload }) => payload),
    [{ callId, costMicroUsd: cost, thresholdMicroUsd: '10' }],
  )
})
