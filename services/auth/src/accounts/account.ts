import type { accountsApi } from '@parley/contracts'

export type Role = 'user' | 'admin'
export type Plan = 'free' | 'pro'
export type Retention = 'keep' | 'six_months'

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
  /** How long conversations are kept. */
  retention: Retention
  /** Null when the account can only be entered through its mailbox. */
  passwordHash: string | null
  createdAt: Date
}

/** What the account's owner gets to see of it. */
export function publicUser(account: Account): accountsApi.User {
  const { id, email, name, role, plan, emailVerifiedAt, retention, createdAt } = account
  return { id, email, name, role, plan, emailVerified: emailVerifiedAt !== null, retention, createdAt: createdAt.toISOString() }
}
