import { apiKeysApi } from '@parley/contracts'

/** What its owner gets to see of a key. The key itself is shown once, when it is made. */
export interface ApiKey {
  id: string
  name: string
  prefix: string
  scopes: string[]
  createdAt: Date
  expiresAt: Date | null
  lastUsedAt: Date | null
}

/** The key as the public API shows it. */
export function publicApiKey({ id, name, prefix, scopes, createdAt, expiresAt, lastUsedAt }: ApiKey): apiKeysApi.ApiKey {
  return {
    id,
    name,
    prefix,
    // The table's check allows these words only.
    scopes: apiKeysApi.apiKeyScope.options.filter((scope) => scopes.includes(scope)),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }
}
