import { createPublicKey, type KeyObject } from 'node:crypto'
import { commonErrors } from '@parley/errors'
import type { JSONWebKeySet } from 'jose'
import { openCompact } from './compact-jws.ts'
import { PRINCIPAL_AUDIENCE, PRINCIPAL_TYPE, type Principal, principalOf } from './principal.ts'
import { refuseOversized } from './token-guard.ts'
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
  const keys = keysOf(typeof jwks === 'string' ? (JSON.parse(jwks) as JSONWebKeySet) : jwks)
  const verified = createVerifiedCache<Principal>()

  function open(token: string): Principal {
    const opened = openCompact(token, { typ: PRINCIPAL_TYPE, keyOf: (kid) => keys.get(kid) })
    if (!opened) throw refusal('not one of ours')
    const { iss, aud, iat, exp } = opened.payload
    if (iss !== opened.kid) throw refusal('issuer is not the key’s owner')
    if (aud !== PRINCIPAL_AUDIENCE || typeof iat !== 'number' || typeof exp !== 'number') throw refusal('wrong audience or no times')
    const expiresAtMs = (exp + CLOCK_TOLERANCE_S) * 1000
    if (expiresAtMs <= Date.now()) throw refusal('expired')
    const principal = principalOf(opened.payload)
    if (!principal) throw refusal('token carries no principal')
    verified.set(token, principal, expiresAtMs)
    return principal
  }

  return {
    async verify(token) {
      refuseOversized(token)
      return verified.get(token) ?? open(token)
    },
  }
}

function keysOf({ keys }: JSONWebKeySet): ReadonlyMap<string, KeyObject> {
  const named = keys.flatMap((key) => (key.kid && key.crv === 'Ed25519' ? [[key.kid, key] as const] : []))
  return new Map(named.map(([kid, { kty, crv, x }]) => [kid, createPublicKey({ key: { kty, crv, x }, format: 'jwk' })]))
}

const refusal = (reason: string) => commonErrors.unauthenticated({ internal: `principal token refused: ${reason}` })
