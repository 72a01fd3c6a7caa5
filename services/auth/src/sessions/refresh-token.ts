import { createCipheriv, createDecipheriv, createHash, createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto'
import { parse as parseUuid, stringify as stringifyUuid } from 'uuid'

/**
 * A refresh token is base64url of: session id (16 bytes), secret (32), tag (16). The tag is made with the family's key,
 * so a token that is unknown but carries a right tag was once given out and is being replayed, while an invented one
 * cannot end anybody's session.
 */
const ID_BYTES = 16
const SECRET_BYTES = 32
const TAG_BYTES = 16
const TOKEN_BYTES = ID_BYTES + SECRET_BYTES + TAG_BYTES
const FAMILY_KEY_BYTES = 32

export interface RefreshToken {
  text: string
  sessionId: string
  /** SHA-256 of the token; all that is stored of it. */
  hash: Uint8Array<ArrayBuffer>
}

export function createFamilyKey(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(randomBytes(FAMILY_KEY_BYTES))
}

export function createRefreshToken(sessionId: string, familyKey: Uint8Array): RefreshToken {
  const body = Buffer.concat([parseUuid(sessionId), randomBytes(SECRET_BYTES)])
  const bytes = Buffer.concat([body, tagOf(body, familyKey)])
  return { text: bytes.toString('base64url'), sessionId, hash: hashOf(bytes) }
}

/** Null for anything that does not look like a refresh token. */
export function parseRefreshToken(text: string): RefreshToken | null {
  const bytes = Buffer.from(text, 'base64url')
  // Comparing with the text again refuses other spellings of the same bytes.
  if (bytes.length !== TOKEN_BYTES || bytes.toString('base64url') !== text) return null
  try {
    return { text, sessionId: stringifyUuid(bytes.subarray(0, ID_BYTES)), hash: hashOf(bytes) }
  } catch {
    return null
  }
}

/** Was this token made for the family with this key? */
export function belongsToFamily({ text }: RefreshToken, familyKey: Uint8Array): boolean {
  const bytes = Buffer.from(text, 'base64url')
  return timingSafeEqual(bytes.subarray(-TAG_BYTES), tagOf(bytes.subarray(0, -TAG_BYTES), familyKey))
}

export function isSameHash(one: Uint8Array, other: Uint8Array | null): boolean {
  return other !== null && one.length === other.length && timingSafeEqual(one, other)
}

/**
 * The current token encrypted with its parent: several tabs that refresh at once all get the same current token, and yet
 * the database alone gives away neither.
 */
export function sealForParent(current: RefreshToken, parent: RefreshToken): Uint8Array<ArrayBuffer> {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', sealingKey(parent), iv)
  const encrypted = Buffer.concat([cipher.update(current.text, 'utf8'), cipher.final()])
  return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), encrypted]))
}

/** Throws when `parent` is not the token it was sealed for. */
export function openWithParent(sealed: Uint8Array, parent: RefreshToken): string {
  const bytes = Buffer.from(sealed)
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(parent), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString('utf8')
}

const sealingKey = ({ text }: RefreshToken) => Buffer.from(hkdfSync('sha256', text, '', 'parley refresh token for its parent', 32))
const tagOf = (body: Uint8Array, familyKey: Uint8Array) => createHmac('sha256', familyKey).update(body).digest().subarray(0, TAG_BYTES)
const hashOf = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
