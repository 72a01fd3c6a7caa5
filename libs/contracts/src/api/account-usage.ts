import { z } from 'zod'
import { id, pageQuery, time } from './common.ts'

/** `limit` -1 means unlimited. */
export const quotaWindow = z.object({ limit: z.number().int(), used: z.number().int(), resetsAt: time })
/**
 * What the user may spend in a UTC month, decimal USD: `capUsd` null means without a limit. `heldUsd` is set aside for answers that are
 * being written.
 */
export const spendWindow = z.object({ capUsd: z.string().nullable(), spentUsd: z.string(), heldUsd: z.string(), resetsAt: time })
export type SpendWindow = z.infer<typeof spendWindow>
export const usageLimits = z.object({
  plan: z.enum(['free', 'pro', 'admin']),
  hour: quotaWindow,
  day: quotaWindow,
  /** Left out by a server of the version before. */
  spend: spendWindow.optional(),
})
export type UsageLimits = z.infer<typeof usageLimits>

export const usageQuery = z.object({ from: time.optional(), to: time.optional(), by: z.enum(['day', 'model']).default('day') })
/** Calls that somebody pays for: of an answer its user pays for one. */
export const usageRow = z.object({
  /** A UTC day (YYYY-MM-DD), a model id or a purpose. */
  key: z.string(),
  calls: z.number().int(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  costUsd: z.string(),
})
export const usageReport = z.object({
  from: time,
  to: time,
  by: z.enum(['day', 'model']),
  items: z.array(usageRow),
  total: usageRow.omit({ key: true }),
})
export type UsageReport = z.infer<typeof usageReport>

/** `purpose` tells calls of answers, which were wasted, from what the platform asked a model for itself. */
const platformBy = z.enum(['day', 'model', 'purpose'])
export const platformUsageQuery = usageQuery.extend({ by: platformBy.default('day') })
export const platformUsageReport = usageReport.extend({ by: platformBy })
export type PlatformUsageReport = z.infer<typeof platformUsageReport>

export const plan = z.object({
  id: z.enum(['free', 'pro']),
  name: z.string(),
  description: z.string(),
  /** Integer cents in USD; null where there is nothing to buy. */
  monthlyPriceCents: z.number().int().nullable(),
  yearlyPriceCents: z.number().int().nullable(),
  messagesPerHour: z.number().int(),
  messagesPerDay: z.number().int(),
  features: z.array(z.string()),
})
export type Plan = z.infer<typeof plan>
export const planList = z.object({ items: z.array(plan) })
export const subscriptionReply = z.object({
  subscription: z.object({
    plan: z.enum(['free', 'pro']),
    status: z.enum(['active', 'past_due', 'canceled']),
    since: time,
    currentPeriodEnd: time.nullable(),
    cancelAtPeriodEnd: z.boolean(),
  }),
})

/** Users who had questions refused or answers stopped for what they say, those with most refused questions first. */
export const blockedQuery = z.object({ from: time.optional(), to: time.optional(), limit: pageQuery.shape.limit })
export const blockedUser = z.object({
  userId: id,
  /** Calls whose question was refused. */
  prompts: z.number().int(),
  /** Calls whose answer was stopped. */
  answers: z.number().int(),
  /** The same by category. */
  categories: z.record(z.string(), z.number().int()),
  lastAt: time,
  /** When it was last told as abuse, in the period; null where it was not. */
  reportedAt: time.nullable(),
})
export const blockedReport = z.object({ from: time, to: time, items: z.array(blockedUser) })
export type BlockedReport = z.infer<typeof blockedReport>
