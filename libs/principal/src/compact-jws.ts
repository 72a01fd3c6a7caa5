import { type KeyObject, sign, verify } from 'node:crypto'
import { ALGORITHM } from './token-guard.ts'

/**
 * Compact JWS (RFC 7515) by Ed25519, signed and checked in the same moment. What goes through WebCrypto is done by another
 * thread, and a question passes four such places: on a busy machine each waits for its turn twice.
 */
export function signCompact(key: KeyObject, header: { kid: string; typ: string }, payload: object): string {
  const signed = `${encode({ alg: ALGORITHM, ...header })}.${encode(payload)}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

/**
 * What a token says, where it is of this type and signed with the key that `keyOf` has for its `kid`; else null. The
 * algorithm is not chosen by the token, and nothing it brings along (`jwk`, `jku`, `x5u`) is looked at.
 */
export function openCompact(
  token: string,
  { typ, keyOf }: { typ: string; keyOf(kid: string): KeyObject | undefined },
): { kid: string; payload: Record<string, unknown> } | null {
  const parts = token.split('.')
  const [header = '', payload = '', signature = ''] = parts
  if (parts.length !== 3) return null
  const { alg, kid, typ: type, crit } = decode(header) ?? {}
  if (alg !== ALGORITHM || type !== typ || typeof kid !== 'string' || crit !== undefined) return null
  const key = keyOf(kid)
  if (!key || !verify(null, Buffer.from(`${header}.${payload}`), key, Buffer.from(signature, 'base64url'))) return null
  const claims = decode(payload)
  return claims && { kid, payload: claims }
}

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url')

/** Null for what is no JSON object. */
function decode(part: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}
