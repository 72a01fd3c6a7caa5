import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { isMailUseful, wirePurpose } from '../email-tokens/email-purpose.ts'
import type { Transact } from '../stores.ts'

export interface MailLimit {
  /** Mails per account and purpose in `windowS`; more would be somebody's way to flood a mailbox. */
  mails: number
  windowS: number
}

/**
 * Takes the oldest request and has its mail sent, if the address belongs to an account that can use it.
 *
 * @returns whether there was a request
 */
export function answerOldestRequest({ transact, limit }: { transact: Transact; limit: MailLimit }): Promise<boolean> {
  return transact(async ({ accounts, emailRequests, publish }) => {
    const request = await emailRequests.claimOldest()
    if (!request) return false
    const { email, purpose } = request
    const account = await accounts.findByEmail(email)
    const isWanted =
      account !== null &&
      isMailUseful(account, purpose) &&
      (await emailRequests.countSent(account.id, purpose, limit.windowS)) < limit.mails
    if (isWanted) {
      const message = { userId: account.id, purpose: wirePurpose(purpose), occurredAt: timestampNow() }
      await publish(events.emailRequested, { aggregateId: account.id, message })
    }
    await emailRequests.settle(request.id, isWanted ? account.id : null)
    return true
  })
}
