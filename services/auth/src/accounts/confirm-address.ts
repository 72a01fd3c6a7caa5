import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Device } from '../sessions/device.ts'
import type { TransactionStores } from '../stores.ts'
import type { Account } from './account.ts'

/**
 * Whoever redeemed a mailed token has shown that the mailbox is his. Confirms the account's address if that is news, in the
 * caller's transaction, and returns the account as it is then.
 */
export async function confirmAddress(
  { accounts, audit, publish }: Pick<TransactionStores, 'accounts' | 'audit' | 'publish'>,
  accountId: string,
  device: Device,
): Promise<Account> {
  if (await accounts.markVerified(accountId)) {
    await publish(events.userVerified, { aggregateId: accountId, message: { userId: accountId, occurredAt: timestampNow() } })
    await audit.record({ action: 'address.verified', actorId: accountId, subjectId: accountId, device })
  }
  const account = await accounts.findById(accountId)
  if (!account) throw new Error(`account ${accountId} has a token but does not exist`)
  return account
}
