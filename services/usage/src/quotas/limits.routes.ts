import { usageApi } from '@parley/contracts/public'
import { type App, requireUser } from '@parley/service-kit'
import type { CapsStore } from '../spend/caps.store.ts'
import { shownMonth } from '../spend/shown-spend.ts'
import { type Quota, readQuota } from './reserve-turn.ts'

/** What is left of the caller's messages, and what was spent of what may be. */
export function limitRoutes(app: App, { quota, caps }: { quota: Quota; caps: Pick<CapsStore, 'user'> }): void {
  app.get(
    '/api/v1/usage/limits',
    {
      schema: {
        tags: ['usage'],
        summary: 'Messages used and left, and spending against its limit',
        response: { 200: usageApi.usageLimits },
      },
    },
    async (request): Promise<usageApi.UsageLimits> => {
      const { userId, role } = requireUser(request)
      const isAdmin = role === 'admin'
      const [{ plan, limits, ...use }, spend] = await Promise.all([readQuota(quota, { userId, isAdmin }), caps.user(userId, isAdmin)])
      return {
        plan,
        hour: { limit: limits.hour, used: use.hourUsed, resetsAt: use.hourResetsAt.toISOString() },
        day: { limit: limits.day, used: use.dayUsed, resetsAt: use.dayResetsAt.toISOString() },
        spend: shownMonth(spend),
      }
    },
  )
}
