import { createHash, randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'

/**
 * An API key is `parley_`, 36 random letters and digits (214 bits) and 6 of a checksum. Nothing in it needs to be escaped
 * anywhere, a double click selects it whole, secret scanners find it by its beginning, and a typing error is told from a
 * key that is unknown without asking anybody.
 */
const BEGINNING = 'parley_'
const SECRET_CHARACTERS = 36
const CHECKSUM_CHARACTERS = 6
/** What is shown of a key: leaves 178 bits that are not. */
const SHOWN_CHARACTERS = BEGINNING.length + 6
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const FORM = new RegExp(`^${BEGINNING}[0-9A-Za-z]{${SECRET_CHARACTERS + CHECKSUM_CHARACTERS}}$`)

/** A new API key: the text for its owner, and what is stored instead of it. */
export function createApiKey(): { text: string; hash: Uint8Array<ArrayBuffer>; prefix: string } {
  const secret = Array.from({ length: SECRET_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  const text = `${BEGINNING}${secret}${checksumOf(secret)}`
  return { text, hash: hashOf(text), prefix: text.slice(0, SHOWN_CHARACTERS) }
}

/** Does this want to be an API key, right or wrong? Access tokens never do. */
export const looksLikeApiKey = (text: string): boolean => text.startsWith(BEGINNING)

/** SHA-256 of an API key; null for what cannot be one, a key with a typing error among them. */
export function apiKeyHash(text: string): Uint8Array<ArrayBuffer> | null {
  if (!FORM.test(text)) return null
  const secret = text.slice(BEGINNING.length, -CHECKSUM_CHARACTERS)
  return text.endsWith(checksumOf(secret)) ? hashOf(text) : null
}

/** The secret is random and long: a fast hash gives nothing away. */
const hashOf = (text: string) => new Uint8Array(createHash('sha256').update(text).digest())

/** CRC-32 in base 62: 62^6 is more than 2^32. */
function checksumOf(secret: string): string {
  let rest = crc32(secret)
  let checksum = ''
  while (checksum.length < CHECKSUM_CHARACTERS) {
    checksum = ALPHABET[rest % ALPHABET.length] + checksum
    rest = Math.floor(rest / ALPHABET.length)
  }
  return checksum
}
