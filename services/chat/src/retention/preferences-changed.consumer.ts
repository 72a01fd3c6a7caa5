import { events, Retention } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { isId } from '../turns/turn.ts'
import { type RetentionChoiceName, saveChoice } from './choices.store.ts'

const choices: Partial<Record<Retention, RetentionChoiceName>> = { [Retention.KEEP]: 'keep', [Retention.SIX_MONTHS]: 'six_months' }

/** Keeps each user's choice as auth last said; versions make repetition and disorder harmless. */
export function followRetentionChoices({ bus, sql, logger }: { bus: Bus; sql: Sql; logger: Logger }): Consumer {
  return consume({
    bus,
    database: sql,
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
