import { type App, createService } from '@parley/service-kit'
import { modelRoutes } from './catalogue/models.routes.ts'
import { completionRoutes } from './completions/completions.routes.ts'
import type { Deps } from './deps.ts'
import { chatCompletionRoutes } from './public-api/chat-completions.routes.ts'
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
  completionRoutes(app, deps)
  incidentRoutes(app, deps)
  providerHealthRoutes(app, deps)
  chatCompletionRoutes(app, deps)
  openAiModelRoutes(app, deps)
  return app
}
