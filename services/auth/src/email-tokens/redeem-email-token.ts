import { confirmAddress } from '../accounts/confirm-address.ts'
import { errors } from '../errors.ts'
import type { Device } from '../sessions/device.ts'
import type { SessionGrant } from '../sessions/session.ts'
import { startSession } from '../sessions/start-session.ts'
import type { Transact } from '../stores.ts'
import { hashEmailToken } from './email-token.ts'

interface Dependencies {
  transact: Transact
  sessionTtlS: number
}

export interface Redemption {
  token: string
  device: Device
}

/** Confirms the address and logs its owner in. */
export function verifyEmail({ transact, sessionTtlS }: Dependencies, { token, device }: Redemption): Promise<SessionGrant> {
  return transact(async (stores) => {
    const accountId = await stores.emailTokens.redeem(hashEmailToken(token), 'verify_address')
    if (!accountId) throw errors.invalid_token()
    const account = await confirmAddress(stores, accountId, device)
    return startSession(stores, { account, device, ttlS: sessionTtlS, method: 'verify_address' })
  })
}

/**
 * Logs in by mail. On an account whose address was never confirmed it confirms it; the password somebody once gave is
 * dropped then, because it need not be the mailbox owner's.
 */
export function consumeMagicLink({ transact, sessionTtlS }: Dependencies, { token, device }: Redemption): Promise<SessionGrant> {
  return transact(async (stores) => {
    const accountId = await stores.emailTokens.redeem(hashEmailToken(token), 'magic_link')
    if (!accountId) throw errors.invalid_token()
    await stores.accounts.dropUnconfirmedPassword(accountId)
    const account = await confirmAddress(stores, accountId, device)
    return startSession(stores, { account, device, ttlS: sessionTtlS, method: 'magic_link' })
  })
}
