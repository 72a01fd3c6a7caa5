import { SessionRevocationReason } from '@parley/contracts'
import type { Account } from '../accounts/account.ts'

/** One log-in on one device. */
export interface Session {
  id: string
  userAgent: string | null
  ipPrefix: string | null
  createdAt: Date
  lastUsedAt: Date
  expiresAt: Date
}

export type RevocationReason = 'logged_out' | 'refresh_reused' | 'password_changed'

const WIRE: Record<RevocationReason, SessionRevocationReason> = {
  logged_out: SessionRevocationReason.LOGGED_OUT,
  refresh_reused: SessionRevocationReason.REFRESH_REUSED,
  password_changed: SessionRevocationReason.PASSWORD_CHANGED,
}

export const wireReason = (reason: RevocationReason): SessionRevocationReason => WIRE[reason]

/** What a successful log-in or refresh hands out; times by the database's clock. */
export interface SessionGrant {
  account: Account
  sessionId: string
  refreshToken: string
  /** Now. */
  grantedAt: Date
  /** End of the session, which no refresh moves. */
  expiresAt: Date
}
