import { commonErrors } from '@parley/errors'
import { jwtVerify } from 'jose'
import { ACCESS_TOKEN_TYPE, type AccessClaims, accessClaimsOf } from './access-claims.ts'
import { createRemoteKeySet } from './remote-key-set.ts'
import { ALGORITHM, asUnauthenticated, refuseOversized } from './token-guard.ts'
import { createVerifiedCache } from './verified-cache.ts'

const CLOCK_TOLERANCE_S = 5

export interface AccessTokenVerifier {
  /**
   * The claims of a valid access token. Throws AppError: `unauthenticated` for a token that is not one, `service_busy`
   * when its key is unknown and the key set cannot be fetched. Revocation is the caller's business.
   */
  verify(token: string): Promise<AccessClaims>
}

export interface AccessTokenVerifierOptions {
  /** Address of the auth service's key set. */
  jwksUrl: string
  issuer: string
  audience: string
  fetch?: typeof globalThis.fetch
}

/**
 * Verifies access tokens: EdDSA only, key by `kid` from `jwksUrl` alone (`jku`, `x5u`, `jwk` in a token are not
 * looked at), issuer, audience, type, expiry and every claim. Verified tokens are remembered until they expire.
 */
export function createAccessTokenVerifier({ jwksUrl, issuer, audience, fetch }: AccessTokenVerifierOptions): AccessTokenVerifier {
  const keys = createRemoteKeySet({ url: jwksUrl, fetch })
  const verified = createVerifiedCache<AccessClaims>()
  return {
    async verify(token) {
      refuseOversized(token)
      const known = verified.get(token)
      if (known) return known
      const { payload } = await jwtVerify(token, ({ kid }) => keys.find(kid), {
        algorithms: [ALGORITHM],
        issuer,
        audience,
        typ: ACCESS_TOKEN_TYPE,
        requiredClaims: ['exp', 'iat', 'sub', 'sid', 'jti'],
        clockTolerance: CLOCK_TOLERANCE_S,
      }).catch((error: unknown) => {
        throw asUnauthenticated(error)
      })
      const claims = accessClaimsOf(payload)
      if (!claims) throw commonErrors.unauthenticated({ internal: 'token lacks a claim' })
      verified.set(token, claims, claims.exp * 1000)
      return claims
    },
  }
}
