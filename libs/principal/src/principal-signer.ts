import { createPrivateKey, type KeyObject } from 'node:crypto'
import { signCompact } from './compact-jws.ts'
import { PRINCIPAL_AUDIENCE, PRINCIPAL_TYPE, type Principal } from './principal.ts'
import type { PrivateJwk } from './signing-keys.ts'
import { createVerifiedCache } from './verified-cache.ts'

const LIFETIME_S = 60
/** A signed token is used again for half its life: the receiver always has 30 s left to check it. */
const REUSE_MS = 30_000

export interface PrincipalSigner {
  /** A compact JWS for PRINCIPAL_HEADER, valid for at least 30 s. */
  sign(principal: Principal): Promise<string>
}

/** Signs principals with this service's Ed25519 key; `iss` is the key's `kid`. Rejects at the first `sign` on an unusable key. */
export function createPrincipalSigner({ privateJwk }: { privateJwk: PrivateJwk }): PrincipalSigner {
  const signed = createVerifiedCache<string>()
  const { kid, kty, crv, x, d } = privateJwk
  let key: KeyObject | undefined

  function create({ userId, role, plan, sessionId }: Principal): string {
    key ??= createPrivateKey({ key: { kty, crv, x, d }, format: 'jwk' })
    const iat = Math.floor(Date.now() / 1000)
    const claims = { role, plan, sid: sessionId, sub: userId, iss: kid, aud: PRINCIPAL_AUDIENCE, iat, exp: iat + LIFETIME_S }
    return signCompact(key, { kid, typ: PRINCIPAL_TYPE }, claims)
  }

  return {
    async sign(principal) {
      const { userId, role, plan, sessionId } = principal
      const identity = `${userId}\n${role}\n${plan}\n${sessionId}`
      const ready = signed.get(identity)
      if (ready) return ready
      const token = create(principal)
      signed.set(identity, token, Date.now() + REUSE_MS)
      return token
    },
  }
}
