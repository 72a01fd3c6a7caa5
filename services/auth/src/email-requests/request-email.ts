import { commonErrors } from '@parley/errors'
import { normaliseEmail } from '../accounts/email-address.ts'
import type { EmailPurpose } from '../email-tokens/email-purpose.ts'
import type { Stores } from '../stores.ts'

/**
 * Notes that somebody asked for a mail to an address. Whether there is such an account is looked up later, by
 * `answerOldestRequest`: what is not looked at cannot show in the answer or in its time.
 */
export async function requestEmail(
  { stores }: { stores: Pick<Stores, 'emailRequests'> },
  { email: typed, purpose }: { email: string; purpose: EmailPurpose },
): Promise<void> {
  const email = normaliseEmail(typed)
  if (!email) throw commonErrors.invalid_request({ errors: [{ path: 'email', message: 'not an e-mail address' }] })
  await stores.emailRequests.add(email, purpose)
}
