import { usageApi } from '@parley/contracts/public'
import { type App, requireUser } from '@parley/service-kit'
import { type Quota, readQuota } from './reserve-turn.ts'

/** What is left of the caller's messages. */
export function limitRoutes(app: App, { quota }: { quota: Quota }): void {
  app.get(
    '/api/v1/usage/limits',
    { schema: { tags: ['usage'], summary: 'Messages used and left', response: { 200: usageApi.usageLimits } } },
    async (request): Promise<usageApi.UsageLimits> => {
      const { userId, role } = requireUser(request)
      const { plan, limits, ...use } = await readQuota(quota, { userId, isAdmin: role === 'admin' })
      return {
        plan,
        hour: { limit: limits.hour, used: use.hourUsed, resetsAt: use.hourResetsAt.toISOString() },
        day: { limit: limits.day, used: use.dayUsed, resetsAt: use.dayResetsAt.toISOString() },
      }
    },
  )
}
