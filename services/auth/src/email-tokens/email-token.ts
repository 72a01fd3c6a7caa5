import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** A one-time token for a link in a mail: 256 random bits, stored as a hash only. */
export function createEmailToken(): { text: string; hash: Uint8Array<ArrayBuffer> } {
  const text = randomBytes(TOKEN_BYTES).toString('base64url')
  return { text, hash: hashEmailToken(text) }
}

export function hashEmailToken(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createHash('sha256').update(text).digest())
}
