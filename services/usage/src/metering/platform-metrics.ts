import { counter } from '@parley/telemetry'
import type { PlatformExpense } from './charges.store.ts'

const calls = counter({
  name: 'parley_usage_platform_calls_total',
  help: 'Model calls the platform pays for; purposes answer and api are what was wasted.',
  labelNames: ['purpose'],
})
const tokens = counter({
  name: 'parley_usage_platform_tokens_total',
  help: 'Tokens the platform pays for; purposes answer and api are what was wasted.',
  labelNames: ['purpose', 'direction'],
})
const cost = counter({
  name: 'parley_usage_platform_cost_micro_usd_total',
  help: 'Micro-USD the platform pays for; purposes answer and api are what was wasted.',
  labelNames: ['purpose'],
})

/** To be called once it is committed. */
export function countPlatformExpense({ purpose, calls: booked, inputTokens, outputTokens, costMicroUsd }: PlatformExpense): void {
  calls.inc({ purpose }, booked)
  tokens.inc({ purpose, direction: 'input' }, Number(inputTokens))
  tokens.inc({ purpose, direction: 'output' }, Number(outputTokens))
  cost.inc({ purpose }, Number(costMicroUsd))
}
