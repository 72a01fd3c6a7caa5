import { CallPurpose, type CostBound, requests } from '@parley/contracts'
import { call, connectBus } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import t, { type Test } from 'tap'
import { startWorld } from './harness.ts'

async function startAsked(test: Test) {
  const world = await startWorld(test, { env: { MAX_OUTPUT_TOKENS_FREE: '1000', MAX_OUTPUT_TOKENS_PRO: '4000' } })
  const bus = await connectBus({ url: world.nats.url, name: 'asker', logger: createLogger({ name: 'asker', level: 'silent' }) })
  test.teardown(() => bus.close())
  const ask = async () => (await call(bus, requests.getCostBounds, {}, { timeoutMs: 10_000 })).bounds
  return { world, ask }
}

const find = (bounds: CostBound[], plan: string, model: string) =>
  bounds.find((bound) => bound.purpose === CallPurpose.ANSWER && bound.plan === plan && bound.model === model)

t.test('R-6 what an answer may cost at most is told for every wish, by plan, with whoever may stand in', async (t) => {
  const { world, ask } = await startAsked(t)
  // parley-guide and its stand-in are priced alike: 0.10 and 0.40 USD for a million tokens.
  const bounds = await ask()
  t.match(find(bounds, 'free', 'auto'), { outputMicroUsd: 500n, inputMicroUsdPerMillion: 100_000n })
  t.match(find(bounds, 'pro', 'parley-guide'), { outputMicroUsd: 2_000n })
  t.equal(find(bounds, 'free', 'no-such-model'), undefined)
  t.match(
    bounds.filter(({ plan }) => plan === '').map(({ purpose, outputMicroUsd }) => [purpose, outputMicroUsd]),
    [
      [CallPurpose.TITLE, 128n],
      [CallPurpose.SUMMARY, 500n],
    ],
    'titles and summaries are short whatever the plan: 256 and 1,024 tokens, and no more than it allows',
  )

  // The stand-in becomes dearer: a wish for the other one may cost as much.
  await world.deps.prisma.$executeRaw`
    INSERT INTO price (id, model_id, version, input_micro_usd_per_million, cached_input_micro_usd_per_million, output_micro_usd_per_million,
                       valid_from)
    VALUES ('parley-guide-b@2', 'parley-guide-b', 2, 1000000, 1000000, 4000000, now())`
  await world.deps.catalogue.refresh()
  t.match(find(await ask(), 'free', 'parley-guide'), { outputMicroUsd: 5_000n, inputMicroUsdPerMillion: 1_000_000n })
})

t.test('R-6 an answer that uses its whole limit stays under what was told', async (t) => {
  const { world, ask } = await startAsked(t)
  const bound = find(await ask(), 'free', 'auto')
  const { callId } = await world.complete({ messages: [{ role: 'ROLE_USER', text: '[[tokens=3000 seed=2]]' }] })
  const { outputTokens, costMicroUsd } = await world.endedCall(callId)
  t.equal(outputTokens, 1_000n)
  t.ok(bound && costMicroUsd !== null && costMicroUsd > 0n && costMicroUsd <= bound.outputMicroUsd, String(costMicroUsd))
})
