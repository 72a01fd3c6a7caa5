import { type App, createService } from '@parley/service-kit'
import { modelRouteRoutes } from './catalogue/admin/model-routes.routes.ts'
import { adminModelRoutes } from './catalogue/admin/models.routes.ts'
import { priceRoutes } from './catalogue/admin/prices.routes.ts'
import { providerKeyRoutes } from './catalogue/admin/provider-keys.routes.ts'
import { adminProviderRoutes } from './catalogue/admin/providers.routes.ts'
import { modelRoutes } from './catalogue/models.routes.ts'
import { completionLinkRoutes } from './completion-links/links.routes.ts'
import { completionRoutes } from './completions/completions.routes.ts'
import type { Deps } from './deps.ts'
import { chatCompletionRoutes } from './public-api/chat-completions.routes.ts'
import { embeddingRoutes } from './public-api/embeddings.routes.ts'
import { openAiModelRoutes } from './public-api/models.routes.ts'
import { providerHealthRoutes } from './routing/provider-health.routes.ts'
import { incidentRoutes } from './safety/incidents/incidents.routes.ts'

/** The service, feature by feature. */
export async function buildApp(deps: Deps): Promise<App> {
  const app = await createService({
    name: 'ai-router',
    logger: deps.logger,
    principals: deps.principals,
    // Without NATS events wait in the outbox, so only the database is asked.
    readiness: { database: () => deps.prisma.$queryRaw`SELECT 1` },
  })
  modelRoutes(app, deps)
  adminModelRoutes(app, deps)
  priceRoutes(app, deps)
  adminProviderRoutes(app, deps)
  providerKeyRoutes(app, deps)
  modelRouteRoutes(app, deps)
  completionRoutes(app, deps)
  completionLinkRoutes(app, deps)
  incidentRoutes(app, deps)
  providerHealthRoutes(app, deps)
  chatCompletionRoutes(app, deps)
  embeddingRoutes(app, deps)
  openAiModelRoutes(app, deps)
  return app
}
