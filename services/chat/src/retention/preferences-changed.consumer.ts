import { events, Retention } from '@parley/contracts'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { isId } from '../turns/turn.ts'
import { type RetentionChoiceName, saveChoice } from './choices.store.ts'

const choices: Partial<Record<Retention, RetentionChoiceName>> = { [Retention.KEEP]: 'keep', [Retention.SIX_MONTHS]: 'six_months' }

/** Keeps each user's choice as auth last said; versions make repetition and disorder harmless. */
export function followRetentionChoices({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }): Consumer {
  return consume({
    bus,
    prisma,
    event: events.userPreferencesChanged,
    consumer: 'chat-retention-choices',
    logger,
    async handle(tx, { userId, retention, version }) {
      const choice = choices[retention]
      if (!isId(userId) || !choice) throw new PoisonError(`no retention called '${retention}'`)
      await saveChoice(tx, { userId, choice, version })
    },
  })
}
