import { type App, createService } from '@parley/service-kit'
import { accountRoutes } from './accounts/accounts.routes.ts'
import { apiKeyRoutes } from './api-keys/api-keys.routes.ts'
import { auditRoutes } from './audit/audit.routes.ts'
import type { Deps } from './deps.ts'
import { emailRequestRoutes } from './email-requests/email-requests.routes.ts'
import { emailTokenRoutes } from './email-tokens/email-tokens.routes.ts'
import { sessionRoutes } from './sessions/sessions.routes.ts'
import { jwksRoutes } from './signing-keys/jwks.routes.ts'

/** The longest honest body is a password with a captcha. */
const BODY_LIMIT_BYTES = 16_384

/** The table of contents: what auth answers over HTTP. What it hears on the bus stands in `deps.ts`. */
export async function buildApp(deps: Deps): Promise<App> {
  const { logger, principals, prisma } = deps
  const app = await createService({
    name: 'auth',
    logger,
    principals,
    // Without NATS events wait in the outbox and people log in all the same.
    readiness: { postgres: () => prisma.$queryRaw`SELECT 1` },
    bodyLimitBytes: BODY_LIMIT_BYTES,
    // A password may hold any character; everything else says in its schema what it may hold.
    acceptsNulCharacters: true,
  })
  accountRoutes(app, deps)
  emailRequestRoutes(app, deps)
  emailTokenRoutes(app, deps)
  sessionRoutes(app, deps)
  apiKeyRoutes(app, deps)
  auditRoutes(app, deps)
  jwksRoutes(app, deps)
  return app
}
