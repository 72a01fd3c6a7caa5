import { events } from '@parley/contracts'
import { consume } from '@parley/messaging'
import type { ConsumerDeps } from '../deps.ts'
import { tellPerson } from '../notices/tell-person.ts'
import { welcomeTo } from './welcome.ts'

/** Somebody confirmed the address: now the account can be used. */
export const followVerifications = ({ bus, prisma, logger, wake }: ConsumerDeps) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.userVerified,
    consumer: 'notification-user-verified',
    async handle(tx, { userId }, { afterCommit }) {
      afterCommit(await tellPerson(tx, { bus, wake }, welcomeTo(userId)))
    },
  })
