import { apiKeysApi, commonApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { errors } from '../errors.ts'
import { requestDevice } from '../sessions/request-device.ts'
import { publicApiKey } from './api-key.ts'
import { issueApiKey } from './issue-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'

export function apiKeyRoutes(app: App, deps: Pick<Deps, 'stores' | 'transact' | 'apiKeyLimit'>): void {
  app.post(
    '/api/v1/me/api-keys',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Make an API key',
        body: apiKeysApi.createApiKeyBody,
        response: { 201: apiKeysApi.createApiKeyReply },
      },
    },
    async (request, reply) => {
      const { name, scopes, expiresAt } = request.body
      const issued = await issueApiKey(deps, {
        accountId: requireUser(request).userId,
        name,
        scopes,
        expiresAt: expiresAt === undefined ? null : new Date(expiresAt),
        device: requestDevice(request),
      })
      void reply.header('cache-control', 'no-store')
      return reply.code(201).send(issued)
    },
  )

  app.get(
    '/api/v1/me/api-keys',
    { schema: { tags: ['accounts'], summary: 'My API keys', response: { 200: apiKeysApi.apiKeyList } } },
    async (request) => {
      const keys = await deps.stores.apiKeys.list(requireUser(request).userId)
      return { items: keys.map(publicApiKey), nextCursor: null }
    },
  )

  app.delete(
    '/api/v1/me/api-keys/:id',
    {
      schema: {
        tags: ['accounts'],
        summary: 'Revoke one of my API keys',
        params: z.object({ id: commonApi.id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { userId: accountId } = requireUser(request)
      const isRevoked = await revokeApiKey(deps, { accountId, keyId: request.params.id, device: requestDevice(request) })
      if (!isRevoked) throw errors.api_key_not_found()
      return reply.code(204).send(null)
    },
  )
}
