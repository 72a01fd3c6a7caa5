import { createHmac } from 'node:crypto'
import { genSaltSync, hash, verify } from '@node-rs/bcrypt'
import type { HashingPool } from './hashing-pool.ts'

/** `v1:` bcrypt over base64(HMAC-SHA-256(pepper, UTF-16LE of the password in NFC)). Another scheme gets another prefix. */
const VERSION = 'v1:'

export interface PasswordHasher {
  hash(password: string, signal?: AbortSignal): Promise<string>
  /** Is it the password behind `stored`? Without a stored hash the answer is no, after the same work. */
  matches(password: string, stored: string | null, signal?: AbortSignal): Promise<boolean>
}

/**
 * Hashes passwords. bcrypt alone would ignore everything after 72 bytes or a NUL; the HMAC in front of it is
 * always 44 characters, depends on every byte, and makes a stolen table useless without the pepper.
 */
export function createPasswordHasher({ pepper, cost, pool }: { pepper: string; cost: number; pool: HashingPool }): PasswordHasher {
  /** Well formed, of today's cost, and the hash of nothing. */
  const decoy = `${genSaltSync({ cost })}${'.'.repeat(31)}`
  // Canonically equal spellings of a letter are one password: keyboards differ in which they send.
  // UTF-16 rather than UTF-8, which would make all lone surrogates one.
  const prepare = (password: string) => createHmac('sha256', pepper).update(password.normalize('NFC'), 'utf16le').digest('base64')

  return {
    async hash(password, signal) {
      return `${VERSION}${await pool.run(() => hash(prepare(password), { cost }), signal)}`
    },
    async matches(password, stored, signal) {
      const isKnown = stored?.startsWith(VERSION) ?? false
      const encoded = stored !== null && isKnown ? stored.slice(VERSION.length) : decoy
      const isEqual = await pool.run(() => verify(prepare(password), encoded), signal)
      return isEqual && isKnown
    },
  }
}
