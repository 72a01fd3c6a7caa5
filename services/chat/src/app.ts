import { type App, createService } from '@parley/service-kit'
import { conversationRoutes } from './conversations/conversations.routes.ts'
import type { Deps } from './deps.ts'
import { exportRoutes } from './exports/exports.routes.ts'
import { feedbackRoutes } from './feedback/feedback.routes.ts'
import { instructionRoutes } from './instructions/instructions.routes.ts'
import { messageRoutes } from './messages/messages.routes.ts'
import { promptRoutes } from './prompts/prompts.routes.ts'
import { searchRoutes } from './search/search.routes.ts'
import { sharingRoutes } from './sharing/sharing.routes.ts'
import { turnRoutes } from './turns/turns.routes.ts'

/** Everything this service answers, in order. */
export async function buildApp(deps: Deps): Promise<App> {
  const { logger, principals, prisma } = deps
  // NATS is left out on purpose: without it history is served and running answers are finished and stored.
  const app = await createService({ name: 'chat', logger, principals, readiness: { postgres: () => prisma.$queryRaw`SELECT 1` } })
  conversationRoutes(app, deps)
  instructionRoutes(app, deps)
  messageRoutes(app, deps)
  turnRoutes(app, deps)
  feedbackRoutes(app, deps)
  searchRoutes(app, deps)
  sharingRoutes(app, deps)
  exportRoutes(app, deps)
  promptRoutes(app, { ...deps, promptsPerUser: deps.config.PROMPTS_PER_USER })
  return app
}
