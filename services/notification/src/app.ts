import { type App, createService } from '@parley/service-kit'
import type { Deps } from './deps.ts'
import { noticeRoutes } from './notices/notices.routes.ts'

/** The table of contents: what notification answers over HTTP. What it hears on the bus stands in `deps.ts`. */
export async function buildApp(deps: Deps): Promise<App> {
  const { logger, principals, prisma } = deps
  const app = await createService({
    name: 'notification',
    logger,
    principals,
    // Without NATS or the mail server mails wait; notices are read all the same.
    readiness: { postgres: () => prisma.$queryRaw`SELECT 1` },
  })
  noticeRoutes(app, deps)
  return app
}
