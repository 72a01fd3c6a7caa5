import { createDecipheriv, hkdfSync } from 'node:crypto'
import { ACCESS_TOKEN_AUDIENCE, ACCESS_TOKEN_TYPE, type PrivateJwk } from '@parley/principal'
import { importJWK, SignJWT } from 'jose'
import pg from 'pg'
import { v7 as newId, v4 as randomId } from 'uuid'

const LIFETIME_S = 3_600
const IV_BYTES = 12
const TAG_BYTES = 16

export interface AccessTokenOptions {
  count: number
  /** Of the auth service's database, as its superuser. */
  databaseUrl: string
  /** What the auth service was started with. */
  keyEncryptionKey: string
  /** PUBLIC_URL. */
  issuer: string
}

/**
 * Access tokens of `count` users, signed with the auth service's own key from its database. Signing so many people up
 * would measure bcrypt; to the gateway these are as good as any: it checks signature, times, revocations and bans.
 */
export async function mintAccessTokens({ count, databaseUrl, keyEncryptionKey, issuer }: AccessTokenOptions): Promise<string[]> {
  const jwk = await readSigningKey(databaseUrl, keyEncryptionKey)
  const key = await importJWK(jwk, 'EdDSA')
  const issuedAtS = Math.floor(Date.now() / 1_000)
  const mint = () =>
    new SignJWT({ sid: newId(), role: 'user', plan: 'free', email_verified: true })
      .setProtectedHeader({ alg: 'EdDSA', kid: jwk.kid, typ: ACCESS_TOKEN_TYPE })
      .setIssuer(issuer)
      .setAudience(ACCESS_TOKEN_AUDIENCE)
      .setSubject(randomId())
      .setJti(newId())
      .setIssuedAt(issuedAtS)
      .setExpirationTime(issuedAtS + LIFETIME_S)
      .sign(key)
  return Promise.all(Array.from({ length: count }, mint))
}

/** Opens the key as services/auth/src/signing-keys/key-encryption.ts sealed it. */
async function readSigningKey(databaseUrl: string, keyEncryptionKey: string): Promise<PrivateJwk> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const { rows } = await client.query<{ kid: string; sealed: Buffer }>(
      'SELECT kid, private_jwk_sealed AS sealed FROM signing_key WHERE retired_at IS NULL ORDER BY created_at LIMIT 1',
    )
    const [row] = rows
    if (!row) throw new Error('the auth service has no signing key')
    const key = Buffer.from(hkdfSync('sha256', keyEncryptionKey, '', 'parley signing keys at rest', 32))
    const decipher = createDecipheriv('aes-256-gcm', key, row.sealed.subarray(0, IV_BYTES)).setAAD(Buffer.from(row.kid))
    decipher.setAuthTag(row.sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
    const text = Buffer.concat([decipher.update(row.sealed.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
    return JSON.parse(text.toString()) as PrivateJwk
  } finally {
    await client.end()
  }
}
