import { domainToASCII } from 'node:url'
import { z } from 'zod'

const ADDRESS_MAX_CHARACTERS = 254
const LOCAL_PART_MAX_CHARACTERS = 64

/** Control, format (zero-width, direction), private and unassigned characters, and lone surrogates. */
const INVISIBLE = /\p{C}/u
/** Letters of any script; no percent signs, brackets or spaces that the domain parser would interpret. */
const DOMAIN = /^[\p{L}\p{M}\p{N}.-]+$/u
const validAddress = z.email()

/**
 * The one form of an e-mail address that is stored and compared: NFKC, lower-case, an international domain in its
 * ASCII form. Null when it is no address. Compatibility forms (a full-width `＠`) are folded before anything is judged,
 * so that what was judged is what is stored.
 */
export function normaliseEmail(typed: string): string | null {
  if (INVISIBLE.test(typed)) return null
  const folded = typed.normalize('NFKC').trim().toLowerCase()
  if (INVISIBLE.test(folded)) return null
  const [localPart, domain, ...more] = folded.split('@')
  if (localPart === undefined || domain === undefined || more.length > 0) return null
  if (localPart.length > LOCAL_PART_MAX_CHARACTERS || !DOMAIN.test(domain)) return null
  const address = `${localPart}@${domainToASCII(domain)}`
  return address.length <= ADDRESS_MAX_CHARACTERS && validAddress.safeParse(address).success ? address : null
}
