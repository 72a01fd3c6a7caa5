import { timestampDate } from '@bufbuild/protobuf/wkt'
import { EmailPurpose, requests } from '@parley/contracts'
import { isAppError } from '@parley/errors'
import { type Bus, call } from '@parley/messaging'

const TIMEOUT_MS = 5_000

/** Where a mail goes, and how to address the person. */
export interface Contact {
  email: string
  /** As the person typed it; empty when there is none. */
  name: string
  /** BCP 47. */
  locale: string
}

/** A one-time token, made for this very mail. */
export interface IssuedToken extends Contact {
  token: string
  expiresAt: Date
}

export type TokenPurpose = 'verify_address' | 'reset_password' | 'magic_link'

const purposes: Record<TokenPurpose, EmailPurpose> = {
  verify_address: EmailPurpose.VERIFY_ADDRESS,
  reset_password: EmailPurpose.RESET_PASSWORD,
  magic_link: EmailPurpose.MAGIC_LINK,
}

/** What a mail may carry a token for. */
export const tokenPurposes = Object.keys(purposes) as TokenPurpose[]

export type AuthClient = ReturnType<typeof createAuthClient>

/** What auth knows about a person. Throws AppError when auth does not answer; undefined means that the mail is pointless. */
export function createAuthClient(bus: Bus) {
  return {
    async issueToken(userId: string, purpose: TokenPurpose): Promise<IssuedToken | undefined> {
      const reply = await call(bus, requests.issueEmailToken, { userId, purpose: purposes[purpose] }, { timeoutMs: TIMEOUT_MS })
      if (!reply.needed) return undefined
      const { token, email, name, locale, expiresAt } = reply
      return { token, email, name, locale, expiresAt: expiresAt ? timestampDate(expiresAt) : new Date() }
    },

    /** Ids of those who run the platform. */
    async administrators(): Promise<string[]> {
      return (await call(bus, requests.listAdministrators, {}, { timeoutMs: TIMEOUT_MS })).userIds
    },

    async contact(userId: string): Promise<Contact | undefined> {
      try {
        const { email, name, locale } = await call(bus, requests.getContact, { userId }, { timeoutMs: TIMEOUT_MS })
        return { email, name, locale }
      } catch (error) {
        if (isAppError(error) && error.kind === 'not_found') return undefined
        throw error
      }
    },
  }
}
