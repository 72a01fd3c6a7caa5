import { importJWK, SignJWT } from 'jose'
import { PRINCIPAL_AUDIENCE, PRINCIPAL_TYPE, type Principal } from './principal.ts'
import type { PrivateJwk } from './signing-keys.ts'
import { ALGORITHM } from './token-guard.ts'
import { createVerifiedCache } from './verified-cache.ts'

const LIFETIME_S = 60
/** A signed token is used again for half its life: the receiver always has 30 s left to check it. */
const REUSE_MS = 30_000

export interface PrincipalSigner {
  /** A compact JWS for PRINCIPAL_HEADER, valid for at least 30 s. */
  sign(principal: Principal): Promise<string>
}

/** Signs principals with this service's Ed25519 key; `iss` is the key's `kid`. Throws at the first `sign` on an unusable key. */
export function createPrincipalSigner({ privateJwk }: { privateJwk: PrivateJwk }): PrincipalSigner {
  const signed = createVerifiedCache<Promise<string>>()
  let key: ReturnType<typeof importJWK> | undefined

  async function create({ userId, role, plan, sessionId }: Principal): Promise<string> {
    key ??= importJWK(privateJwk, ALGORITHM)
    return new SignJWT({ role, plan, sid: sessionId })
      .setProtectedHeader({ alg: ALGORITHM, kid: privateJwk.kid, typ: PRINCIPAL_TYPE })
      .setSubject(userId)
      .setIssuer(privateJwk.kid)
      .setAudience(PRINCIPAL_AUDIENCE)
      .setIssuedAt()
      .setExpirationTime(`${LIFETIME_S}s`)
      .sign(await key)
  }

  return {
    sign(principal) {
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
