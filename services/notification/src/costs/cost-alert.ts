import { microUsdToDecimal } from '@parley/contracts'
import { z } from 'zod'

/** What administrators are told of dear calls. Amounts are decimal strings in USD. */
export const costAlertDetails = z.object({
  calls: z.number().int(),
  costUsd: z.string(),
  thresholdUsd: z.string(),
  highestUsd: z.string(),
  highestCallId: z.string(),
  highestModel: z.string(),
})
export type CostAlertDetails = z.infer<typeof costAlertDetails>

/** Integer micro-USD. */
export interface CostAlertFigures {
  calls: number
  costMicroUsd: bigint
  thresholdMicroUsd: bigint
  highestMicroUsd: bigint
  highestCallId: string
  highestModel: string
}

/** To the micro-dollar, at least to the cent: `0.50`, `0.0012`. */
const usd = (microUsd: bigint): string => microUsdToDecimal(microUsd).replace(/(\.\d\d\d*?)0+$/, '$1')

export const detailsOf = (figures: CostAlertFigures): CostAlertDetails => ({
  calls: figures.calls,
  costUsd: usd(figures.costMicroUsd),
  thresholdUsd: usd(figures.thresholdMicroUsd),
  highestUsd: usd(figures.highestMicroUsd),
  highestCallId: figures.highestCallId,
  highestModel: figures.highestModel,
})

/** In words, for notice and mail. */
export function sayCostAlert({ calls, costUsd, thresholdUsd, highestUsd, highestCallId, highestModel }: CostAlertDetails): string {
  const model = highestModel === '' ? '' : ` of ${highestModel}`
  if (calls === 1)
    return `A model call${model} cost $${costUsd}, more than the $${thresholdUsd} you expect of any. Its id is ${highestCallId}.`
  return `${calls} model calls cost more than the $${thresholdUsd} you expect of any, $${costUsd} together. The dearest one${model} cost $${highestUsd}; its id is ${highestCallId}.`
}
