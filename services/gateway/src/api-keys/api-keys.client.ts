import { timestampDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import { type Bus, call } from '@parley/messaging'
import type { ApiKeyOwner, VerifyApiKey } from './known-api-keys.ts'

const VERIFY_TIMEOUT_MS = 2_000

/** Asks auth whose key it is. */
export function createApiKeysClient(bus: Bus): VerifyApiKey {
  return async (keyHash) => {
    const reply = await call(bus, requests.verifyApiKey, { keyHash }, { timeoutMs: VERIFY_TIMEOUT_MS })
    if (!reply.valid) return null
    const { keyId, userId, scopes, expiresAt } = reply
    const owner: ApiKeyOwner = {
      keyId,
      userId,
      role: reply.role === 'admin' ? 'admin' : 'user',
      plan: reply.plan === 'pro' ? 'pro' : 'free',
      scopes: new Set(scopes),
      expiresAtMs: expiresAt ? timestampDate(expiresAt).getTime() : Number.POSITIVE_INFINITY,
    }
    return owner
  }
}
