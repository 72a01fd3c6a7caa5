import type { apiKeysApi } from '@parley/contracts/public'
import { http } from '../../api/client.ts'

export type ApiKey = apiKeysApi.ApiKey
export type ApiKeyScope = apiKeysApi.ApiKeyScope

export interface NewApiKey {
  name: string
  scopes: ApiKeyScope[]
  expiresAt?: string
}

export const apiKeysKey = ['api-keys']

export const listApiKeys = async ({ signal }: { signal: AbortSignal }) =>
  (await http.request<{ items: ApiKey[] }>('GET', '/me/api-keys', { signal })).items
export const createApiKey = (body: NewApiKey) => http.request<apiKeysApi.CreateApiKeyReply>('POST', '/me/api-keys', { body })
export const revokeApiKey = (id: string) => http.request<void>('DELETE', `/me/api-keys/${id}`)
