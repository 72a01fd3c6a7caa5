import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, publishEvent } from '@parley/messaging'
import { counter, type Logger } from '@parley/telemetry'
import { type AbuseRule, BLOCKED_PROMPTS, countBlockedText } from './blocked-texts.store.ts'

const detected = counter({
  name: 'parley_usage_abuse_detected_total',
  help: 'Users who did something more often than an honest one does, once per user and window.',
  labelNames: ['kind'],
})

interface Options {
  bus: Bus
  sql: Sql
  rule: AbuseRule
  /** Called when there is news in the outbox. */
  onTold(): void
  logger: Logger
}

/** A refused question takes nothing from a quota, but it counts for abuse: who goes on and on is told of (R-4, D5). */
export function consumeContentBlocked({ bus, sql, rule, onTold, logger }: Options): Consumer {
  return consume({
    bus,
    database: sql,
    logger,
    event: events.contentBlocked,
    consumer: 'usage-content-blocked',
    async handle(tx, { callId, userId, side, category, occurredAt: said }, { occurredAt, afterCommit }) {
      const at = said ? timestampDate(said) : occurredAt
      const excess = await countBlockedText(tx, { callId, userId, side, category, occurredAt: at }, rule)
      if (!excess) return
      const { prompts: threshold, windowS } = rule
      const message = {
        userId,
        kind: BLOCKED_PROMPTS,
        count: excess.count,
        threshold,
        windowS,
        occurredAt: timestampFromDate(excess.occurredAt),
      }
      await publishEvent(tx, events.abuseDetected, { aggregateId: userId, message })
      afterCommit(() => {
        detected.inc({ kind: BLOCKED_PROMPTS })
        onTold()
      })
    },
  })
}
