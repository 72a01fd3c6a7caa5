import { createService } from '@parley/service-kit'
import { blockedTextRoutes } from './abuse/blocked-texts.routes.ts'
import type { Deps } from './deps.ts'
import { usageReportRoutes } from './metering/usage-report.routes.ts'
import { limitRoutes } from './quotas/limits.routes.ts'
import { spendCapRoutes } from './spend/spend-caps.routes.ts'

/** The table of contents: what usage answers over HTTP. What it reacts to stands in `deps.ts`. */
export async function buildApp(deps: Deps) {
  const app = await createService({
    name: 'usage',
    logger: deps.logger,
    principals: deps.principals,
    readiness: { postgres: () => deps.prisma.$queryRaw`SELECT 1` },
  })
  limitRoutes(app, deps)
  usageReportRoutes(app, deps)
  spendCapRoutes(app, deps)
  blockedTextRoutes(app, deps)
  return app
}
