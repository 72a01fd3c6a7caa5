import type { Price } from '../catalogue/catalogue.ts'
import type { CallUsage } from './call-record.ts'
import type { MeasuredUsage } from './usage-meter.ts'

/** Tokens of one call. `cachedInputTokens` is a part of `inputTokens`. */
export interface TokenUsage {
  inputTokens: number
  cachedInputTokens: number
  outputTokens: number
}

const TOKENS_PER_PRICE = 1_000_000n

/**
 * What tokens cost, in integer micro-USD. Computed exactly and rounded once, half up: the same tokens and the same price
 * version give the same amount at any time, so that a call can be re-rated from its row (B-2).
 */
export function costMicroUsd({ inputTokens, cachedInputTokens, outputTokens }: TokenUsage, price: Price): bigint {
  const cached = BigInt(cachedInputTokens)
  const fresh = BigInt(inputTokens) - cached
  const exact =
    fresh * price.inputMicroUsdPerMillion +
    cached * price.cachedInputMicroUsdPerMillion +
    BigInt(outputTokens) * price.outputMicroUsdPerMillion
  return (exact + TOKENS_PER_PRICE / 2n) / TOKENS_PER_PRICE
}

/** What was measured, with its cost and the version of the price. */
export const rate = (usage: MeasuredUsage, price: Price): CallUsage => ({
  ...usage,
  costMicroUsd: costMicroUsd(usage, price),
  priceId: price.id,
})
