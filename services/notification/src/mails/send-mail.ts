import { isAppError } from '@parley/errors'
import type { AuthClient, Contact, IssuedToken } from '../clients/auth.client.ts'
import { composeMail, needsToken } from './compose-mail.ts'
import type { ClaimedMail, Outcome } from './mail.ts'
import { type Deliver, DeliveryError } from './smtp.client.ts'

/** One try to send a mail. Address and token are asked for now, so that neither waits in a queue. */
export async function sendMail(
  { auth, deliver, publicUrl }: { auth: AuthClient; deliver: Deliver; publicUrl: string },
  { id, userId, kind, details }: Pick<ClaimedMail, 'id' | 'userId' | 'kind' | 'details'>,
): Promise<Outcome> {
  let recipient: Contact | IssuedToken | undefined
  try {
    recipient = await (needsToken(kind) ? auth.issueToken(userId, kind) : auth.contact(userId))
  } catch (error) {
    return { status: 'deferred', code: `auth_${isAppError(error) ? error.code : 'failed'}` }
  }
  if (!recipient) return { status: 'skipped', code: 'pointless' }
  try {
    await deliver(composeMail(kind, id, recipient, { publicUrl, details }))
    return { status: 'sent' }
  } catch (error) {
    // A template that fails does so until it is repaired.
    if (!(error instanceof DeliveryError)) return { status: 'refused', code: `compose_${error instanceof Error ? error.name : 'failed'}` }
    return { status: error.isPermanent ? 'refused' : 'deferred', code: error.code }
  }
}
