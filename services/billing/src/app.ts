import { createService } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { planRoutes } from './plans/plans.routes.ts'
import { subscriptionRoutes } from './subscriptions/subscriptions.routes.ts'

/** The table of contents: what billing answers. What it reacts to stands in `deps.ts`. */
export async function buildApp(deps: Deps) {
  const app = await createService({
    name: 'billing',
    logger: deps.logger,
    principals: deps.principals,
    readiness: { postgres: () => deps.prisma.$queryRaw`SELECT 1` },
  })
  planRoutes(app, deps)
  subscriptionRoutes(app, deps)
  return app
}
