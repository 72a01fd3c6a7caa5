import type { apiKeysApi } from '@parley/contracts'
import type { FastifyRequest } from 'fastify'
import { errors } from '../errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What an API key needs to be used on this route. Without it the route takes no API key at all. */
    apiKeyScope?: apiKeysApi.ApiKeyScope
  }
}

/** Denied by default: an API key opens only the routes that say which scope they take. */
export function requireScope({ identity, routeOptions }: FastifyRequest): void {
  if (!identity?.scopes) return
  const { apiKeyScope } = routeOptions.config
  if (!apiKeyScope) throw errors.api_key_not_accepted()
  if (!identity.scopes.has(apiKeyScope)) throw errors.insufficient_scope({ params: { scope: apiKeyScope } })
}
