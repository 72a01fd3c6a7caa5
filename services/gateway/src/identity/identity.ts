import type { AccessClaims, Principal } from '@parley/principal'
import type { ApiKeyOwner } from '../api-keys/known-api-keys.ts'

/** Who a request at the edge comes from, and how that was shown. */
export interface Identity {
  claims: AccessClaims
  principal: Principal
  via: 'cookie' | 'bearer' | 'api_key'
  /** What an API key may be used for; null: everything its user may do. */
  scopes: ReadonlySet<string> | null
}

export const principalOf = ({ sub, role, plan, sid }: AccessClaims): Principal => ({ userId: sub, role, plan, sessionId: sid })

export const identityOfToken = (claims: AccessClaims, via: 'cookie' | 'bearer'): Identity => ({
  claims,
  principal: principalOf(claims),
  via,
  scopes: null,
})

/** An API key acts like a session that bears the key's id. */
export function identityOfApiKey({ keyId, userId, role, plan, scopes, expiresAtMs }: ApiKeyOwner): Identity {
  const exp = Math.floor(Math.min(expiresAtMs / 1000, Number.MAX_SAFE_INTEGER))
  const iat = Math.floor(Date.now() / 1000)
  const claims: AccessClaims = { sub: userId, sid: keyId, role, plan, email_verified: true, jti: keyId, iat, exp }
  return { claims, principal: principalOf(claims), via: 'api_key', scopes }
}
