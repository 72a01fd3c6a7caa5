import { normaliseEmail } from '../accounts/email-address.ts'
import { errors } from '../errors.ts'
import { type AttemptLimits, admitLoginAttempt } from '../login-attempts/login-attempts.ts'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Stores, Transact } from '../stores.ts'
import type { Device } from './device.ts'
import type { SessionGrant } from './session.ts'
import { startSession } from './start-session.ts'

interface Dependencies {
  stores: Pick<Stores, 'accounts' | 'audit' | 'loginAttempts'>
  transact: Transact
  hasher: PasswordHasher
  limits: AttemptLimits
  sessionTtlS: number
}

export interface LogIn {
  email: string
  password: string
  device: Device
}

/** Opens a session for whoever knows the password. Unknown accounts cost the same one hash and get the same answer. */
export async function logIn(
  dependencies: Dependencies,
  { email: typed, password, device }: LogIn,
  signal?: AbortSignal,
): Promise<SessionGrant> {
  const { stores, transact, hasher, limits, sessionTtlS } = dependencies
  const email = normaliseEmail(typed)
  if (!email) throw errors.invalid_credentials({ internal: 'not an address' })
  const target = { email, source: device.source }
  const attemptId = await admitLoginAttempt({ transact, limits }, target)

  const account = await stores.accounts.findByEmail(email)
  const stored = account?.passwordHash ?? null
  const matches = await hasher.matches(password, stored, signal).catch(async (error: unknown) => {
    // Too busy to look: that was no guess.
    await stores.loginAttempts.withdraw(attemptId)
    throw error
  })
  if (!account || stored === null || !matches) {
    await stores.audit.record({ action: 'login.failed', subjectId: account?.id, device })
    throw errors.invalid_credentials()
  }
  if (!account.emailVerifiedAt) {
    await stores.loginAttempts.clear(target)
    throw errors.email_not_verified()
  }
  return transact(async (stores) => {
    await stores.loginAttempts.clear(target)
    // A reset that was faster ends all sessions; one more must not begin behind its back.
    if (!(await stores.accounts.holdPasswordHash(account.id, stored)))
      throw errors.invalid_credentials({ internal: 'password has changed' })
    return startSession(stores, { account, device, ttlS: sessionTtlS, method: 'password' })
  })
}
