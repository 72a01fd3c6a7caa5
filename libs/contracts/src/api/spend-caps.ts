import { z } from 'zod'
import { spendWindow } from './account-usage.ts'
import { id } from './common.ts'

/**
 * Spending caps for administrators: `/api/v1/admin/usage/spend-caps`. What a user may spend in a UTC month, and what all calls together
 * may cost in a UTC month and on a UTC day. A change counts at once, on every replica.
 */

/** Decimal USD with at most six places. */
const usd = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'needs an amount in USD with at most six places, such as "10.00"')

/** Null: no cap. "0" lets nothing begin. */
export const userCapBody = z.strictObject({ monthUsd: usd.nullable() })
export const platformCapBody = z.strictObject({ monthUsd: usd.nullable(), dayUsd: usd.nullable() })

/** Whose word counts: this subject's own cap, that of its plan, or the configuration's. */
export const capSource = z.enum(['own', 'plan', 'default'])
export type CapSource = z.infer<typeof capSource>

export const platformSpend = z.object({ source: capSource, month: spendWindow, day: spendWindow })
export type PlatformSpend = z.infer<typeof platformSpend>
export const planCap = z.object({ source: capSource, monthUsd: z.string().nullable() })
export const spendCaps = z.object({ platform: platformSpend, plans: z.object({ free: planCap, pro: planCap }) })
export type SpendCaps = z.infer<typeof spendCaps>

export const planParams = z.object({ plan: z.enum(['free', 'pro']) })
export const userParams = z.object({ userId: id })

export const userSpend = z.object({
  userId: id,
  /** free | pro; null for an administrator, whom the caps of plans do not bind. */
  plan: z.enum(['free', 'pro']).nullable(),
  source: capSource,
  month: spendWindow,
})
export type UserSpend = z.infer<typeof userSpend>
export const userSpendReply = z.object({ user: userSpend })
/** Those who have spent most this month come first. */
export const userSpendQuery = z.object({ limit: z.coerce.number().int().min(1).max(100).default(50) })
export const userSpendList = z.object({ items: z.array(userSpend) })
