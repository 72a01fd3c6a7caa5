import t from 'tap'
import { presumedUsage } from './unheard-calls.ts'

const price = {
  id: 'm@1',
  inputMicroUsdPerMillion: 2_000_000n,
  cachedInputMicroUsdPerMillion: 1_000_000n,
  outputMicroUsdPerMillion: 8_000_000n,
}

t.test('F-2 B-17 of a call that nobody has heard of all of the input counts, and as much output as is written in that time', (t) => {
  t.same(presumedUsage(1000, 2000, price), {
    ...{ inputTokens: 1000, cachedInputTokens: 0, outputTokens: 120, isEstimated: true },
    ...{ costMicroUsd: 2000n + 960n, priceId: 'm@1' },
  })
  t.end()
})

t.test('a model that writes nothing has written nothing', (t) => {
  t.equal(presumedUsage(1000, 2000, { ...price, outputMicroUsdPerMillion: 0n }).outputTokens, 0)
  t.end()
})
