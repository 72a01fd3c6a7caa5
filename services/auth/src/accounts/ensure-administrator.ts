import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { v7 as newId } from 'uuid'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import type { Stores, Transact } from '../stores.ts'

interface Dependencies {
  stores: Pick<Stores, 'accounts'>
  transact: Transact
  hasher: PasswordHasher
}

/**
 * Makes the first administrator. An account that has the address already is left exactly as it is, so that starting again
 * never gives back a role or a password that was changed meanwhile.
 *
 * @returns whether the account was made now
 */
export async function ensureAdministrator(
  { stores, transact, hasher }: Dependencies,
  { email, password }: { email: string; password: string },
): Promise<boolean> {
  if (await stores.accounts.findByEmail(email)) return false
  const passwordHash = await hasher.hash(password)
  const id = newId()
  return transact(async ({ accounts, audit, publish }) => {
    const account = await accounts.create({ id, email, name: null, role: 'admin', emailVerifiedAt: new Date(), passwordHash })
    if (!account) return false
    await audit.record({ action: 'administrator.created', subjectId: id })
    await publish(events.userRegistered, { aggregateId: id, message: { userId: id, emailVerified: true, occurredAt: timestampNow() } })
    return true
  })
}
