import { errors } from '../errors.ts'
import type { Transact } from '../stores.ts'
import type { AttemptTarget } from './login-attempts.store.ts'

export interface AttemptLimits {
  windowS: number
  /** Failed attempts per account and source. */
  perPair: number
  /** Failed attempts per source, whatever the account: trying one password on many accounts. */
  perSource: number
}

/**
 * Takes one of the attempts the source has for this account, or throws `too_many_attempts`. Called before any
 * hashing. The window slides, by the database's clock. It belongs to the pair of account and source: an attacker
 * elsewhere uses up his own attempts, never the owner's. Unknown accounts count like known ones.
 *
 * @returns the attempt, to be withdrawn when it turns out not to be one
 */
export async function admitLoginAttempt(
  { transact, limits }: { transact: Transact; limits: AttemptLimits },
  target: AttemptTarget,
): Promise<string> {
  const { windowS, perPair, perSource } = limits
  return transact(async ({ loginAttempts }) => {
    await loginAttempts.lockSource(target.source)
    const waitS = Math.max(
      await loginAttempts.waitForPairS(target, { windowS, limit: perPair }),
      await loginAttempts.waitForSourceS(target.source, { windowS, limit: perSource }),
    )
    if (waitS > 0) throw errors.too_many_attempts({ retryAfterS: Math.ceil(waitS) })
    return loginAttempts.add(target)
  })
}
