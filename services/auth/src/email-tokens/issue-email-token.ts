import type { Account } from '../accounts/account.ts'
import type { Stores } from '../stores.ts'
import { type EmailPurpose, isMailUseful } from './email-purpose.ts'
import { createEmailToken } from './email-token.ts'

/** Seconds a token of each purpose is good for. */
export type EmailTokenTtls = Record<EmailPurpose, number>

export interface IssuedEmailToken {
  account: Account
  token: string
  expiresAt: Date
}

/** Makes a one-time token at the moment its mail is written. Null when the mail has become pointless. */
export async function issueEmailToken(
  { stores, ttls }: { stores: Pick<Stores, 'accounts' | 'emailTokens'>; ttls: EmailTokenTtls },
  { accountId, purpose }: { accountId: string; purpose: EmailPurpose },
): Promise<IssuedEmailToken | null> {
  const account = await stores.accounts.findById(accountId)
  if (!account || !isMailUseful(account, purpose)) return null
  const { text, hash } = createEmailToken()
  const expiresAt = await stores.emailTokens.add(hash, account.id, purpose, ttls[purpose])
  return { account, token: text, expiresAt }
}
