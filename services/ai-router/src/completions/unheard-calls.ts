import type { Price, Route } from '../catalogue/catalogue.ts'
import type { CallUsage } from './call-record.ts'
import type { ExpectedUsage } from './calls.store.ts'
import { rate } from './cost.ts'

// Of a call whose process was killed before it said anything of it nobody knows whether a vendor was asked, nor what it had
// written. Almost all calls ask one within milliseconds, and an expense that is in no books is worse than one that is
// estimated too high.

/** About as fast as the models of the catalogue write. */
const WRITTEN_PER_SECOND = 60

/** What a call that begins will use as far as can be said: it reads its input, and the first target is asked. */
export const expectedOf = ({ targets: [{ id, provider }] }: Route, inputTokens: number): ExpectedUsage => ({
  model: id,
  provider,
  inputTokens,
})

/** All of the input, and what a model writes in the longest time that a call is not heard of; nothing where it writes nothing. */
export function presumedUsage(inputTokens: number, unheardMs: number, price: Price): CallUsage {
  const outputTokens = price.outputMicroUsdPerMillion === 0n ? 0 : Math.ceil((WRITTEN_PER_SECOND * unheardMs) / 1000)
  return rate({ inputTokens, cachedInputTokens: 0, outputTokens, isEstimated: true }, price)
}
