import { usageApi } from '@parley/contracts/public'
import { type App, requireUser } from '@parley/service-kit'
import type { SubscriptionsStore } from './subscriptions.store.ts'

type SubscriptionReply = (typeof usageApi.subscriptionReply)['_output']

/** What the caller has. */
export function subscriptionRoutes(app: App, { subscriptions }: { subscriptions: SubscriptionsStore }): void {
  app.get(
    '/api/v1/billing/subscription',
    { schema: { tags: ['billing'], summary: 'Your subscription', response: { 200: usageApi.subscriptionReply } } },
    async (request): Promise<SubscriptionReply> => {
      const { userId } = requireUser(request)
      const found = await subscriptions.find(userId)
      // The event of a registration may still be on its way: everybody has Free from the first moment.
      if (!found) return { subscription: { plan: 'free', status: 'active', since: new Date().toISOString(), ...NO_PERIOD } }
      const { planId, status, since, currentPeriodEnd, cancelAtPeriodEnd } = found
      return {
        subscription: {
          plan: planId as 'free' | 'pro',
          status: status as SubscriptionReply['subscription']['status'],
          since: since.toISOString(),
          currentPeriodEnd: currentPeriodEnd?.toISOString() ?? null,
          cancelAtPeriodEnd,
        },
      }
    },
  )
}

const NO_PERIOD = { currentPeriodEnd: null, cancelAtPeriodEnd: false }
