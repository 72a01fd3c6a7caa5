/** On whose behalf a request between our services is made. */
export interface Principal {
  userId: string
  role: 'user' | 'admin'
  plan: 'free' | 'pro'
  /** The session's id; empty for principals a service made for itself. */
  sessionId: string
}

/** HTTP header that carries the signed principal inside the cluster. The gateway drops a client's own. */
export const PRINCIPAL_HEADER = 'x-parley-principal'

/** `aud` of principal tokens. */
export const PRINCIPAL_AUDIENCE = 'parley-internal'

/** `typ` of principal tokens: an access token can never pass for one. */
export const PRINCIPAL_TYPE = 'parley-principal+jwt'

/** The principal in a verified token's payload; null when the payload is none. */
export function principalOf(payload: Record<string, unknown>): Principal | null {
  const { sub, role, plan, sid } = payload
  if (typeof sub !== 'string' || sub === '' || typeof sid !== 'string') return null
  if (role !== 'user' && role !== 'admin') return null
  if (plan !== 'free' && plan !== 'pro') return null
  return { userId: sub, role, plan, sessionId: sid }
}
