/** What an access token says about its bearer. Times are seconds since 1970. */
export interface AccessClaims {
  /** The user's id. */
  sub: string
  /** The session's id: what revocations name. */
  sid: string
  role: 'user' | 'admin'
  plan: 'free' | 'pro'
  email_verified: boolean
  jti: string
  iat: number
  exp: number
}

/** `typ` of access tokens (RFC 9068). */
export const ACCESS_TOKEN_TYPE = 'at+jwt'

/** `aud` of access tokens. Their `iss` is the public URL. */
export const ACCESS_TOKEN_AUDIENCE = 'parley'

/** The claims of a verified token's payload; null when one is missing or of another type. */
export function accessClaimsOf(payload: Record<string, unknown>): AccessClaims | null {
  const { sub, sid, role, plan, email_verified, jti, iat, exp } = payload
  if (typeof sub !== 'string' || sub === '' || typeof sid !== 'string' || sid === '' || typeof jti !== 'string') return null
  if (role !== 'user' && role !== 'admin') return null
  if (plan !== 'free' && plan !== 'pro') return null
  if (typeof email_verified !== 'boolean' || typeof iat !== 'number' || typeof exp !== 'number') return null
  return { sub, sid, role, plan, email_verified, jti, iat, exp }
}
