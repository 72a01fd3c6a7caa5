import { EmailPurpose, events } from '@parley/contracts'
import { consume, PoisonError } from '@parley/messaging'
import { injectTrace } from '@parley/telemetry'
import type { ConsumerDeps } from '../deps.ts'
import type { MailKind } from './mail.ts'
import { queueMail } from './mails.store.ts'

const kinds: Partial<Record<EmailPurpose, MailKind>> = {
  [EmailPurpose.VERIFY_ADDRESS]: 'verify_address',
  [EmailPurpose.RESET_PASSWORD]: 'reset_password',
  [EmailPurpose.MAGIC_LINK]: 'magic_link',
}

/** Somebody asked for a mail with a one-time link. */
export const followEmailRequests = ({ bus, prisma, logger, wake }: ConsumerDeps) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.emailRequested,
    consumer: 'notification-email-requested',
    async handle(tx, { userId, purpose }, { eventId, afterCommit }) {
      const kind = kinds[purpose]
      if (!kind) throw new PoisonError(`no mail is known for purpose ${purpose}`)
      await queueMail(tx, { dedupeKey: eventId, userId, kind }, injectTrace({}))
      afterCommit(wake)
    },
  })
