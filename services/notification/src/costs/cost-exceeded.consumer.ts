import { events } from '@parley/contracts'
import { consume, PoisonError } from '@parley/messaging'
import { validate as isUuid } from 'uuid'
import type { ConsumerDeps } from '../deps.ts'
import { collectCost } from './cost-alerts.store.ts'

type Dependencies = Pick<ConsumerDeps, 'bus' | 'prisma' | 'logger'> & { everyS: number; wake: () => void }

/** A model call was dearer than the operator expects of any (D4). Administrators are told, of all that come in an hour at once. */
export const followCosts = ({ bus, prisma, logger, everyS, wake }: Dependencies) =>
  consume({
    bus,
    database: prisma,
    logger,
    event: events.costExceeded,
    consumer: 'notification-cost-exceeded',
    async handle(tx, call, { afterCommit }) {
      if (!isUuid(call.callId)) throw new PoisonError('a cost of no call')
      await collectCost(tx, call, everyS)
      afterCommit(wake)
    },
  })
