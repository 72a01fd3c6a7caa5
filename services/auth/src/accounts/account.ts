import type { accountsApi } from '@parley/contracts'

export type Role = 'user' | 'admin'
export type Plan = 'free' | 'pro'

/** One person, as this service knows her. */
export interface Account {
  id: string
  /** In the form of `normaliseEmail`. */
  email: string
  name: string | null
  /** BCP 47 tag. */
  locale: string
  role: Role
  plan: Plan
  emailVerifiedAt: Date | null
  /** Null when the account can only be entered through its mailbox. */
  passwordHash: string | null
  createdAt: Date
}

/** What the account's owner gets to see of it. */
export function publicUser(account: Account): accountsApi.User {
  const { id, email, name, role, plan, emailVerifiedAt, createdAt } = account
  return { id, email, name, role, plan, emailVerified: emailVerifiedAt !== null, createdAt: createdAt.toISOString() }
}
