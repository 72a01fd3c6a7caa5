import { events } from '@parley/contracts'
import { consume, PoisonError } from '@parley/messaging'
import type { ConsumerDeps } from '../deps.ts'
import { tellPerson } from '../notices/tell-person.ts'

const kinds: Record<number, 'quota_nearly_used' | 'quota_used'> = { 80: 'quota_nearly_used', 100: 'quota_used' }

/** Somebody's messages of the day run out, or have run out: said by mail and in the app. */
export const followQuotas = ({ bus, prisma, logger, wake }: ConsumerDeps) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.quotaReached,
    consumer: 'notification-quota-reached',
    async handle(tx, { userId, percent }, { eventId, afterCommit }) {
      const kind = kinds[percent]
      if (!kind) throw new PoisonError(`nothing is known to say at ${percent} percent`)
      afterCommit(await tellPerson(tx, { bus, wake }, { dedupeKey: eventId, userId, kind }))
    },
  })
