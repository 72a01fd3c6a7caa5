import { type apiKeysApi, openAiApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import type { App } from '@parley/service-kit'
import type { FastifyRequest } from 'fastify'
import { requireScope } from '../api-keys/require-scope.ts'
import type { BanList } from '../bans/ban-list.ts'
import { errors } from '../errors.ts'
import { type IdentifyDependencies, identifyBearer } from '../identity/identify.ts'
import type { LimitCaller } from '../limits/limit-callers.ts'
import type { Pipe } from './pipe.ts'

interface Dependencies extends IdentifyDependencies {
  bans: Pick<BanList, 'isAddressBanned' | 'isUserBanned'>
  limitCaller: LimitCaller
  pipe: Pipe
}

interface Route {
  method: 'GET' | 'POST'
  url: string
  apiKeyScope: apiKeysApi.ApiKeyScope
}

const routes: readonly Route[] = [
  { method: 'POST', url: '/v1/chat/completions', apiKeyScope: 'chat' },
  { method: 'POST', url: '/v1/embeddings', apiKeyScope: 'embeddings' },
  { method: 'GET', url: '/v1/models', apiKeyScope: 'models' },
  // Ids may hold slashes.
  { method: 'GET', url: '/v1/models/*', apiKeyScope: 'models' },
]

/**
 * The OpenAI-compatible API: who asks (API key or access token in the Authorization header; cookies do not count), bans,
 * scope, limit; then the bytes go to the ai-router and back. Errors have OpenAI's shape, which service-kit sees to.
 */
export function openAiApiRoutes(app: App, deps: Dependencies): void {
  app.addHook('onRequest', async (request, reply) => {
    if (deps.bans.isAddressBanned(request.ip)) throw errors.banned({ internal: 'address' })
    if (request.headers.authorization === undefined) throw errors.invalid_api_key({ internal: 'no authorization header' })
    await identifyBearer(deps, request)
    if (request.identity && deps.bans.isUserBanned(request.identity.claims.sub)) throw errors.banned({ internal: 'user' })
    await deps.limitCaller(request, reply)
    if (!request.is404 && request.routeOptions.config.apiKeyScope) requireScope(request)
    refuseOversized(request)
  })
  // Bodies are not read here.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _payload, done) => done(null))

  for (const { method, url, apiKeyScope } of routes) {
    app.route({ method, url, schema: { hide: true }, config: { apiKeyScope }, handler: (request, reply) => deps.pipe.run(request, reply) })
  }
  for (const url of ['/v1', '/v1/*']) {
    app.all(url, { schema: { hide: true } }, async () => {
      throw commonErrors.not_found()
    })
  }
}

/** What says how long it is need not be sent; of others the ai-router counts the bytes. */
function refuseOversized({ headers }: FastifyRequest): void {
  if (Number(headers['content-length'] ?? 0) > openAiApi.BODY_MAX_BYTES) throw commonErrors.payload_too_large()
}
