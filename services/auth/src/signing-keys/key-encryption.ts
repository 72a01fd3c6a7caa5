import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import type { PrivateJwk } from '@parley/principal'

const IV_BYTES = 12
const TAG_BYTES = 16

export interface KeyEncryption {
  seal(privateJwk: PrivateJwk): Uint8Array<ArrayBuffer>
  /** Throws when it was sealed with another KEY_ENCRYPTION_KEY, for another `kid`, or changed since. */
  open(sealed: Uint8Array, kid: string): PrivateJwk
}

/** AES-256-GCM for private keys at rest, bound to the key's `kid`: a sealed key moved to another row does not open. */
export function createKeyEncryption(keyEncryptionKey: string): KeyEncryption {
  const key = Buffer.from(hkdfSync('sha256', keyEncryptionKey, '', 'parley signing keys at rest', 32))
  return {
    seal(privateJwk) {
      const iv = randomBytes(IV_BYTES)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(privateJwk.kid))
      const encrypted = Buffer.concat([cipher.update(JSON.stringify(privateJwk), 'utf8'), cipher.final()])
      return new Uint8Array(Buffer.concat([iv, cipher.getAuthTag(), encrypted]))
    },
    open(sealed, kid) {
      const bytes = Buffer.from(sealed)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV_BYTES)).setAAD(Buffer.from(kid))
      decipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      const text = Buffer.concat([decipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), decipher.final()])
      return JSON.parse(text.toString('utf8')) as PrivateJwk
    },
  }
}
