import t from 'tap'
import type { Model } from '../catalogue/catalogue.ts'
import { ProviderError } from '../providers/provider-error.ts'
import { billOf, type EmbeddingPass, type EmbeddingWork } from './embedding-work.ts'

const modelOf = (id: string, microUsdPerMillion: bigint): Model => ({
  id,
  provider: `provider of ${id}`,
  name: id,
  vendorModel: id,
  kind: 'embedding',
  capabilities: [],
  contextWindow: 8_000,
  maxOutputTokens: 0,
  plan: 'free',
  isSimulated: false,
  acceptsPrefill: false,
  defaultRank: null,
  isEnabled: true,
  price: {
    id: `${id}@1`,
    inputMicroUsdPerMillion: microUsdPerMillion,
    cachedInputMicroUsdPerMillion: microUsdPerMillion,
    outputMicroUsdPerMillion: 0n,
  },
})
const cheap = modelOf('cheap', 1_000_000n)
const dear = modelOf('dear', 2_000_000n)
const work = (model: Model, inputTokens: number): [string, EmbeddingWork] => [
  model.id,
  { model, vectors: [], inputTokens, isEstimated: false },
]
const pass = (model: Model, error: ProviderError | null = null, lostTokens = 0): EmbeddingPass => ({
  model,
  error,
  lostTokens,
  latencyMs: 5,
})
const overloaded = new ProviderError('overloaded', '500')
const late = new ProviderError('timeout', 'no vectors')

t.test('B-1 over all its passes the target that made the vectors is one charged leg', async (t) => {
  const { usage, chargedLeg, legs } = billOf([pass(cheap, overloaded), pass(cheap)], new Map([work(cheap, 100)]))
  t.match(usage, { inputTokens: 100, costMicroUsd: 100n, priceId: 'cheap@1', isEstimated: false })
  t.equal(chargedLeg, 2)
  t.match(legs, [
    { number: 1, outcome: 'failed', failure: 'overloaded', usage: null },
    { number: 2, outcome: 'completed', failure: null, usage: { inputTokens: 100 } },
  ])
})

t.test(
  'B-17 what another target did before it broke, and what was lost on the way, is a leg of its own that nobody is charged for',
  async (t) => {
    const { usage, chargedLeg, legs } = billOf([pass(cheap, late, 40), pass(dear)], new Map([work(cheap, 60), work(dear, 100)]))
    t.match(usage, { inputTokens: 100, costMicroUsd: 200n, priceId: 'dear@1' })
    t.equal(chargedLeg, 2)
    t.match(legs[0], {
      model: 'cheap',
      failure: 'timeout',
      usage: { inputTokens: 100, costMicroUsd: 100n, priceId: 'cheap@1', isEstimated: true },
    })
  },
)

t.test('B-17 a call without its vectors names what was used, and charges no leg', async (t) => {
  const failed = billOf([pass(cheap, late, 40)], new Map([work(cheap, 60)]))
  t.equal(failed.chargedLeg, null)
  t.match(failed.usage, { inputTokens: 60 })
  t.match(failed.legs, [{ usage: { inputTokens: 40 } }])
  t.same(billOf([], new Map()), { usage: null, chargedLeg: null, legs: [] })
})
