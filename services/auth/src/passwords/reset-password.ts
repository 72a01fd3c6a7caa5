import { confirmAddress } from '../accounts/confirm-address.ts'
import { hashEmailToken } from '../email-tokens/email-token.ts'
import { errors } from '../errors.ts'
import type { Device } from '../sessions/device.ts'
import { endAllSessions } from '../sessions/end-sessions.ts'
import type { Stores, Transact } from '../stores.ts'
import type { PasswordHasher } from './password-hasher.ts'
import { refuseGuessable } from './password-policy.ts'

interface Dependencies {
  stores: Pick<Stores, 'accounts' | 'emailTokens'>
  transact: Transact
  hasher: PasswordHasher
}

export interface PasswordReset {
  token: string
  password: string
  device: Device
}

/** Sets a new password for whoever holds a mailed token, and ends every session: whoever had the old one is out. */
export async function resetPassword({ stores, transact, hasher }: Dependencies, reset: PasswordReset, signal?: AbortSignal): Promise<void> {
  const { token, password, device } = reset
  const hash = hashEmailToken(token)
  const owner = await stores.emailTokens.findOwner(hash, 'reset_password')
  const account = owner && (await stores.accounts.findById(owner))
  if (!account) throw errors.invalid_token()
  refuseGuessable(password, account.email)
  const passwordHash = await hasher.hash(password, signal)

  await transact(async (stores) => {
    const accountId = await stores.emailTokens.redeem(hash, 'reset_password')
    if (!accountId) throw errors.invalid_token()
    await stores.accounts.setPasswordHash(accountId, passwordHash)
    await confirmAddress(stores, accountId, device)
    await stores.audit.record({ action: 'password.reset', actorId: accountId, subjectId: accountId, device })
    await endAllSessions(stores, { accountId, reason: 'password_changed', device })
  })
}
