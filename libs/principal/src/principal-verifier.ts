import { commonErrors } from '@parley/errors'
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose'
import { PRINCIPAL_AUDIENCE, PRINCIPAL_TYPE, type Principal, principalOf } from './principal.ts'
import { ALGORITHM, asUnauthenticated, refuseOversized } from './token-guard.ts'
import { createVerifiedCache } from './verified-cache.ts'

/** Pods whose clocks differ by up to 2 min still understand each other (F-19). */
const CLOCK_TOLERANCE_S = 130

export interface PrincipalVerifier {
  /** The principal of a token. Throws AppError `unauthenticated` for anything but a valid token of a known signer. */
  verify(token: string): Promise<Principal>
}

/**
 * Verifies principal tokens against a local key set: the public keys of all signing services, as an object or as its
 * JSON text (environment variable PRINCIPAL_JWKS). A token must come from the service its key belongs to.
 */
export function createPrincipalVerifier({ jwks }: { jwks: JSONWebKeySet | string }): PrincipalVerifier {
  const keys = createLocalJWKSet(typeof jwks === 'string' ? (JSON.parse(jwks) as JSONWebKeySet) : jwks)
  const verified = createVerifiedCache<Principal>()
  return {
    async verify(token) {
      refuseOversized(token)
      const known = verified.get(token)
      if (known) return known
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [ALGORITHM],
        audience: PRINCIPAL_AUDIENCE,
        typ: PRINCIPAL_TYPE,
        requiredClaims: ['exp', 'iat', 'sub'],
        clockTolerance: CLOCK_TOLERANCE_S,
      }).catch((error: unknown) => {
        throw asUnauthenticated(error)
      })
      if (!protectedHeader.kid || payload.iss !== protectedHeader.kid)
        throw commonErrors.unauthenticated({ internal: 'issuer is not the key’s owner' })
      const principal = principalOf(payload)
      if (!principal) throw commonErrors.unauthenticated({ internal: 'token carries no principal' })
      verified.set(token, principal, ((payload.exp ?? 0) + CLOCK_TOLERANCE_S) * 1000)
      return principal
    },
  }
}
