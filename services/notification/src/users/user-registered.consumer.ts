import { events } from '@parley/contracts'
import { consume } from '@parley/messaging'
import { injectTrace } from '@parley/telemetry'
import type { ConsumerDeps } from '../deps.ts'
import { queueMail } from '../mails/mails.store.ts'
import { tellPerson } from '../notices/tell-person.ts'
import { welcomeTo } from './welcome.ts'

/** Somebody signed up: the address is to be confirmed, or it is confirmed already and the person is welcome. */
export const followRegistrations = ({ bus, prisma, logger, wake }: ConsumerDeps) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.userRegistered,
    consumer: 'notification-user-registered',
    async handle(tx, { userId, emailVerified }, { eventId, afterCommit }) {
      if (emailVerified) {
        afterCommit(await tellPerson(tx, { bus, wake }, welcomeTo(userId)))
        return
      }
      await queueMail(tx, { dedupeKey: eventId, userId, kind: 'verify_address' }, injectTrace({}))
      afterCommit(wake)
    },
  })
