import { microUsdToDecimal } from '@parley/contracts'
import type { spendCapsApi, usageApi } from '@parley/contracts/public'
import type { SpendStanding } from './caps.store.ts'

const decimalOrNull = (microUsd: bigint | null): string | null => (microUsd === null ? null : microUsdToDecimal(microUsd))

export const shownMonth = ({ monthCap, monthSpent, held, monthEndsAt }: SpendStanding): usageApi.SpendWindow => ({
  capUsd: decimalOrNull(monthCap),
  spentUsd: microUsdToDecimal(monthSpent),
  heldUsd: microUsdToDecimal(held),
  resetsAt: monthEndsAt.toISOString(),
})

const shownDay = ({ dayCap, daySpent, held, dayEndsAt }: SpendStanding): usageApi.SpendWindow => ({
  capUsd: decimalOrNull(dayCap),
  spentUsd: microUsdToDecimal(daySpent),
  heldUsd: microUsdToDecimal(held),
  resetsAt: dayEndsAt.toISOString(),
})

export const shownPlatform = (standing: SpendStanding): spendCapsApi.PlatformSpend => ({
  source: standing.source,
  month: shownMonth(standing),
  day: shownDay(standing),
})

export const shownPlan = ({ monthCap, source }: Pick<SpendStanding, 'monthCap' | 'source'>) => ({
  source,
  monthUsd: decimalOrNull(monthCap),
})

export const shownUser = (standing: SpendStanding): spendCapsApi.UserSpend => ({
  userId: standing.subject,
  plan: standing.plan,
  source: standing.source,
  month: shownMonth(standing),
})
