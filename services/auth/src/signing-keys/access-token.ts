import { ACCESS_TOKEN_AUDIENCE, ACCESS_TOKEN_TYPE, type PrivateJwk } from '@parley/principal'
import { type CryptoKey, importJWK, SignJWT } from 'jose'
import { v7 as newId } from 'uuid'
import type { SessionGrant } from '../sessions/session.ts'

export interface AccessToken {
  accessToken: string
  /** Seconds. */
  expiresIn: number
}

/** Makes access tokens. */
export interface AccessTokenSigner {
  sign(grant: Omit<SessionGrant, 'refreshToken'>): Promise<AccessToken>
}

export interface AccessTokenSignerOptions {
  /** The key to sign with at this moment. */
  signingKey: () => PrivateJwk
  /** PUBLIC_URL. */
  issuer: string
  ttlS: number
}

const ALGORITHM = 'EdDSA'

/** A token lives `ttlS`, but never longer than its session. Its times are the database's, like those of the session. */
export function createAccessTokenSigner({ signingKey, issuer, ttlS }: AccessTokenSignerOptions): AccessTokenSigner {
  let imported: { kid: string; key: CryptoKey | Uint8Array } | undefined

  async function currentKey() {
    const jwk = signingKey()
    if (imported?.kid !== jwk.kid) imported = { kid: jwk.kid, key: await importJWK(jwk, ALGORITHM) }
    return imported
  }

  return {
    async sign({ account, sessionId, grantedAt, expiresAt }) {
      const { kid, key } = await currentKey()
      const issuedAtS = Math.floor(grantedAt.getTime() / 1000)
      const expiresAtS = Math.min(issuedAtS + ttlS, Math.floor(expiresAt.getTime() / 1000))
      const { id, role, plan, emailVerifiedAt } = account
      const accessToken = await new SignJWT({ sid: sessionId, role, plan, email_verified: emailVerifiedAt !== null })
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: ACCESS_TOKEN_TYPE })
        .setIssuer(issuer)
        .setAudience(ACCESS_TOKEN_AUDIENCE)
        .setSubject(id)
        .setJti(newId())
        .setIssuedAt(issuedAtS)
        .setExpirationTime(expiresAtS)
        .sign(key)
      return { accessToken, expiresIn: expiresAtS - issuedAtS }
    },
  }
}
