import { usageApi } from '@parley/contracts/public'
import type { App } from '@parley/service-kit'
import type { PlansStore } from './plans.store.ts'

/** What is on offer; anybody may look. */
export function planRoutes(app: App, { plans }: { plans: PlansStore }): void {
  app.get(
    '/api/v1/billing/plans',
    { schema: { tags: ['billing'], summary: 'Plans on offer', response: { 200: usageApi.planList } } },
    async () => ({ items: await plans.list() }),
  )
}
