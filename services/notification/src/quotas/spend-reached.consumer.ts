import { events } from '@parley/contracts'
import { consume, PoisonError } from '@parley/messaging'
import { injectTrace } from '@parley/telemetry'
import type { ConsumerDeps } from '../deps.ts'
import { queueMail } from '../mails/mails.store.ts'
import { showLive } from '../notices/live-notice.ts'
import { addNotice } from '../notices/notices.store.ts'

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
      await queueMail(tx, { dedupeKey: eventId, userId, kind }, injectTrace({}))
      const notice = await addNotice(tx, { dedupeKey: eventId, userId, kind })
      afterCommit(() => {
        wake()
        if (notice) showLive(bus, notice)
      })
    },
  })
