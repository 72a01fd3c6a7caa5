import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { v7 as newId } from 'uuid'
import type { PasswordHasher } from '../passwords/password-hasher.ts'
import { refuseGuessable } from '../passwords/password-policy.ts'
import type { Device } from '../sessions/device.ts'
import type { Stores, Transact } from '../stores.ts'
import type { Account } from './account.ts'
import { normaliseEmail } from './email-address.ts'

interface Dependencies {
  stores: Pick<Stores, 'accounts'>
  transact: Transact
  hasher: PasswordHasher
}

export interface Registration {
  email: string
  password: string
  name?: string
  device: Device
}

/**
 * Makes an account for a new address. For a known one it does the same work (one hash, one transaction with an audit
 * entry and a request for a mail) and looks the same from outside: nobody learns who has an account.
 */
export async function register(dependencies: Dependencies, registration: Registration, signal?: AbortSignal): Promise<void> {
  const email = normaliseEmail(registration.email)
  if (!email) throw commonErrors.invalid_request({ errors: [{ path: 'email', message: 'not an e-mail address' }] })
  refuseGuessable(registration.password, email)

  const known = await dependencies.stores.accounts.findByEmail(email)
  if (known) return registerAgain(dependencies, known, registration, signal)
  const passwordHash = await dependencies.hasher.hash(registration.password, signal)
  const isNew = await createAccount(dependencies, { ...registration, email, passwordHash })
  if (isNew) return
  // The same address was registered in the meantime.
  const winner = await dependencies.stores.accounts.findByEmail(email)
  if (winner) await registerAgain(dependencies, winner, registration, signal)
}

function createAccount({ transact }: Dependencies, { email, passwordHash, name, device }: Registration & { passwordHash: string }) {
  const id = newId()
  return transact(async ({ accounts, audit, publish }) => {
    const account = await accounts.create({ id, email, name: name ?? null, role: 'user', emailVerifiedAt: null, passwordHash })
    if (!account) return false
    await audit.record({ action: 'account.registered', actorId: id, subjectId: id, device })
    // The first mail to confirm the address is sent because of this event, not because of an EmailRequested.
    await publish(events.userRegistered, { aggregateId: id, message: { userId: id, emailVerified: false, occurredAt: timestampNow() } })
    return true
  })
}

/**
 * An unconfirmed address gets a new mail. If the password differs from the first one, nobody can tell which of both
 * belongs to the mailbox's owner, who is about to confirm the account: neither is kept, so that a stranger who registered
 * the address before or after him does not share his account. He sets a new one by mail.
 */
async function registerAgain(
  { transact, hasher }: Dependencies,
  account: Account,
  { password, device }: Registration,
  signal?: AbortSignal,
) {
  const isSamePassword = await hasher.matches(password, account.passwordHash, signal)
  await transact(async ({ accounts, audit, emailRequests }) => {
    if (!isSamePassword) await accounts.dropUnconfirmedPassword(account.id)
    await audit.record({ action: 'account.registration_repeated', subjectId: account.id, device })
    await emailRequests.add(account.email, 'verify_address')
  })
}
