import cookie from '@fastify/cookie'
import { commonErrors } from '@parley/errors'
import { type App, createService } from '@parley/service-kit'
import { requireScope } from './api-keys/require-scope.ts'
import { banRoutes } from './bans/bans.routes.ts'
import type { Deps } from './deps.ts'
import { errors } from './errors.ts'
import { createForward } from './forwarding/forward.ts'
import { forwardRoutes, handle, takeBytes } from './forwarding/forwarded.routes.ts'
import { sessionRoutes } from './forwarding/session.routes.ts'
import { createAnswerOnce } from './idempotency/answer-once.ts'
import { refuseForeignWrites } from './identity/csrf.ts'
import { identify } from './identity/identify.ts'
import { createLimitCaller } from './limits/limit-callers.ts'
import { limitRequests } from './limits/limit-requests.ts'
import { openAiApiRoutes } from './openai-api/openai-api.routes.ts'
import { createApiDocuments } from './reference/api-documents.client.ts'
import { referenceRoutes } from './reference/reference.routes.ts'
import { entityTags } from './site/etag.ts'
import { hideInternalPaths } from './site/internal-paths.ts'
import { securityHeaders } from './site/security-headers.ts'
import { webAppRoutes } from './site/web-app.routes.ts'
import { createHandshakes } from './sockets/handshakes.ts'
import { acceptSockets, socketRoutes } from './sockets/sockets.routes.ts'
import { turnStreamRoutes } from './streams/turn-stream.routes.ts'

/** A message is 5,000 characters at most; a megabyte is no request of ours. */
const BODY_LIMIT_BYTES = 262_144
/** As many handshakes as keep the process busy without keeping anybody else waiting: some tens of milliseconds. */
const HANDSHAKES = { atOnce: 64, maxWaiting: 20_000 }

/** The edge: what a request passes through, in this order, and everything it can reach. */
export async function buildApp(deps: Deps): Promise<App> {
  const { config, bans, connections, logger, bus, turns } = deps
  const handshakes = createHandshakes(HANDSHAKES)
  const app = await createService({
    name: 'gateway',
    logger,
    readiness: {
      bans: async () => bans.isLoaded || Promise.reject(new Error('bans were not read yet')),
      revocations: () => deps.revocationsKnown,
    },
    bodyLimitBytes: BODY_LIMIT_BYTES,
    trustProxy: config.TRUSTED_PROXIES.length > 0 ? config.TRUSTED_PROXIES : false,
    acceptRequestId: false,
    isPaced: (request) => handshakes.isAdmitted(request.raw),
  })
  await securityHeaders(app, { publicUrl: config.PUBLIC_URL })
  hideInternalPaths(app)
  await app.register(cookie)
  await acceptSockets(app, handshakes)
  app.decorateRequest('identity', null)
  app.decorateRequest('identityError', null)

  const limitCaller = createLimitCaller({ counts: deps.counts, perMinute: config.API_REQUESTS_PER_MINUTE })
  await app.register(async (v1: App) => {
    await limitRequests(v1, { counts: deps.counts, perMinute: config.REQUESTS_PER_MINUTE })
    openAiApiRoutes(v1, { ...deps, limitCaller })
  })

  await app.register(async (api: App) => {
    await limitRequests(api, { counts: deps.counts, perMinute: config.REQUESTS_PER_MINUTE })
    api.addHook('onRequest', async (request, reply) => {
      if (bans.isAddressBanned(request.ip)) throw errors.banned({ internal: 'address' })
      await identify(deps, request)
      // A socket of a banned user is closed with a code the client can read, see authorize-socket.ts.
      if (request.identity && !request.ws && bans.isUserBanned(request.identity.claims.sub)) throw errors.banned({ internal: 'user' })
      if (request.identity?.via === 'api_key') await limitCaller(request, reply)
      requireScope(request)
      refuseForeignWrites(request, deps.cookies, deps.allowedOrigins)
    })
    entityTags(api)

    const bufferBytes = config.SOCKET_BUFFER_BYTES
    socketRoutes(api, { ...deps, bufferBytes })
    banRoutes(api, { store: deps.banStore, bus, refresh: deps.refreshBans })
    const documents = createApiDocuments({
      services: deps.services,
      ownDocument: () => app.swagger() as ReturnType<Parameters<typeof createApiDocuments>[0]['ownDocument']>,
      publicUrl: config.PUBLIC_URL,
      logger,
    })
    await referenceRoutes(api, { documents })

    await api.register(async (forwarded: App) => {
      takeBytes(forwarded)
      const forward = await createForward(forwarded, { ...deps, timeoutMs: config.UPSTREAM_TIMEOUT_MS })
      const answerOnce = createAnswerOnce({ store: deps.answers, forward })
      sessionRoutes(forwarded, { forward, cookies: deps.cookies })
      turnStreamRoutes(forwarded, {
        bus,
        turns,
        connections,
        bufferBytes,
        logger,
        forwardTurn: (request, reply) =>
          handle({ forward, answerOnce }, { path: '', upstream: 'chat', access: 'user', keepsAnswers: true }, request, reply),
      })
      forwardRoutes(forwarded, { forward, answerOnce })
    })
    api.all('/api/*', { schema: { hide: true } }, async () => {
      throw commonErrors.not_found()
    })
  })

  const { WEB_DIRECTORY: directory } = config
  if (directory) await app.register(async (site: App) => webAppRoutes(site, { directory }))
  return app
}
