import { usdToMicroUsd } from '@parley/contracts'
import fc from 'fast-check'
import t from 'tap'
import type { Price } from '../catalogue/catalogue.ts'
import { costMicroUsd } from './cost.ts'

const price = (inputUsd: string, cachedInputUsd: string, outputUsd: string): Price => ({
  id: 'm@1',
  inputMicroUsdPerMillion: usdToMicroUsd(inputUsd),
  cachedInputMicroUsdPerMillion: usdToMicroUsd(cachedInputUsd),
  outputMicroUsdPerMillion: usdToMicroUsd(outputUsd),
})

const anyPrice = fc.tuple(fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n), fc.bigInt(0n, 10n ** 12n)).map(
  ([inputMicroUsdPerMillion, cachedInputMicroUsdPerMillion, outputMicroUsdPerMillion]): Price => ({
    id: 'm@1',
    inputMicroUsdPerMillion,
    cachedInputMicroUsdPerMillion,
    outputMicroUsdPerMillion,
  }),
)
const anyUsage = fc
  .tuple(fc.nat(2_000_000), fc.nat(2_000_000), fc.nat(2_000_000))
  .map(([one, other, outputTokens]) => ({ inputTokens: Math.max(one, other), cachedInputTokens: Math.min(one, other), outputTokens }))

t.test('B-2 a cost is the exact cost rounded half up to whole micro-USD', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyUsage, anyPrice, (usage, price) => {
        const cost = costMicroUsd(usage, price)
        const exact =
          BigInt(usage.inputTokens - usage.cachedInputTokens) * price.inputMicroUsdPerMillion +
          BigInt(usage.cachedInputTokens) * price.cachedInputMicroUsdPerMillion +
          BigInt(usage.outputTokens) * price.outputMicroUsdPerMillion
        const twiceTooMuch = 2n * (cost * 1_000_000n - exact)
        return typeof cost === 'bigint' && cost >= 0n && twiceTooMuch > -1_000_000n && twiceTooMuch <= 1_000_000n
      }),
    ),
  )
})

t.test('B-2 re-rating the same tokens with the same price version gives the same cost', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyUsage, anyPrice, (usage, price) => costMicroUsd(usage, price) === costMicroUsd(structuredClone(usage), { ...price })),
    ),
  )
})

t.test('more tokens never cost less', async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyUsage, anyPrice, fc.nat(1000), (usage, price, more) => {
        const bigger = { ...usage, inputTokens: usage.inputTokens + more, outputTokens: usage.outputTokens + more }
        return costMicroUsd(bigger, price) >= costMicroUsd(usage, price)
      }),
    ),
  )
})

t.test('figures a person can check', async (t) => {
  const nano = price('0.20', '0.02', '1.25')
  t.equal(costMicroUsd({ inputTokens: 1_000_000, cachedInputTokens: 0, outputTokens: 0 }, nano), 200_000n)
  t.equal(costMicroUsd({ inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 100 }, nano), 253n, '120 + 8 + 125 micro-USD')
  t.equal(costMicroUsd({ inputTokens: 2, cachedInputTokens: 0, outputTokens: 0 }, nano), 0n, '0.4 is rounded down')
  t.equal(costMicroUsd({ inputTokens: 5, cachedInputTokens: 0, outputTokens: 0 }, price('0.1', '0', '0')), 1n, '0.5 is rounded up')
})
