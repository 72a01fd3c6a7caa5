import { timestampFromDate, timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import { type QuotaState, reachedPercent } from './quota.ts'

/** Says, with the message that does it, that a user has reached 80 or 100 percent of the day's messages. */
export async function announceReached(tx: Transaction, { plan, limits, dayUsed, dayResetsAt }: QuotaState, userId: string): Promise<void> {
  const percent = reachedPercent(dayUsed, limits.day)
  if (percent === null) return
  // A message that was given back and taken again reaches the mark twice; the day's first time is the one to say.
  const isNew = await tx.$executeRaw`
    INSERT INTO quota_notice (user_id, day, percent) VALUES (${userId}::uuid, (statement_timestamp() AT TIME ZONE 'UTC')::date, ${percent})
    ON CONFLICT DO NOTHING`
  if (isNew === 0) return
  await publishEvent(tx, events.quotaReached, {
    aggregateId: userId,
    message: {
      userId,
      plan,
      percent,
      limit: limits.day,
      used: dayUsed,
      resetsAt: timestampFromDate(dayResetsAt),
      occurredAt: timestampNow(),
    },
  })
}
