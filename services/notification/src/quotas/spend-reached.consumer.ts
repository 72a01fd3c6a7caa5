import { events } from '@parley/contracts'
import { consume, PoisonError } from '@parley/messaging'
import type { ConsumerDeps } from '../deps.ts'
import { tellPerson } from '../notices/tell-person.ts'

const kinds: Record<number, 'spend_cap_nearly_used' | 'spend_cap_used'> = { 80: 'spend_cap_nearly_used', 100: 'spend_cap_used' }

/** What somebody may spend this month runs out, or has run out: said by mail and in the app. The platform's cap is operators'. */
export const followSpending = ({ bus, prisma, logger, wake }: ConsumerDeps) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.spendReached,
    consumer: 'notification-spend-reached',
    async handle(tx, { userId, percent }, { eventId, afterCommit }) {
      if (userId === '') return
      const kind = kinds[percent]
      if (!kind) throw new PoisonError(`nothing is known to say at ${percent} percent`)
      afterCommit(await tellPerson(tx, { bus, wake }, { dedupeKey: eventId, userId, kind }))
    },
  })
