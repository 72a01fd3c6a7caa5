import { usageApi } from '@parley/contracts/public'
import { type App, requireAdmin } from '@parley/service-kit'
import { periodOf } from '../metering/period.ts'
import type { BlockedTextsStore, BlockedUser } from './blocked-texts.store.ts'

/** Administrators see who has questions refused, how often and of which kind; never what they say. */
export function blockedTextRoutes(app: App, { blockedTexts }: { blockedTexts: Pick<BlockedTextsStore, 'usersOf'> }): void {
  app.get(
    '/api/v1/admin/usage/blocked',
    {
      schema: {
        tags: ['admin'],
        summary: 'Users with refused questions and stopped answers, those with most first',
        querystring: usageApi.blockedQuery,
        response: { 200: usageApi.blockedReport },
      },
    },
    async (request) => {
      requireAdmin(request)
      const { from, to } = periodOf(request.query)
      const users = await blockedTexts.usersOf(from, to, request.query.limit)
      return { from: from.toISOString(), to: to.toISOString(), items: users.map(toItem) }
    },
  )
}

const toItem = ({ lastAt, reportedAt, ...user }: BlockedUser) => ({
  ...user,
  lastAt: lastAt.toISOString(),
  reportedAt: reportedAt?.toISOString() ?? null,
})
