import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { publishEvent } from '@parley/messaging'
import { Prisma } from '../../prisma/generated/client.ts'

export type CostsStore = ReturnType<typeof createCostsStore>

/** Everything that calls of this UTC day have cost, whoever pays for it. */
const costsOfToday = Prisma.sql`
  SELECT user_id, cost_micro_usd FROM usage_event WHERE occurred_at >= date_trunc('day', now(), 'UTC')
  UNION ALL
  SELECT user_id, cost_micro_usd FROM wasted_leg WHERE occurred_at >= date_trunc('day', now(), 'UTC')`
const today = Prisma.sql`(now() AT TIME ZONE 'UTC')::date`

/** What a day costs, and what operators have been told of it. */
export function createCostsStore(sql: Sql) {
  return {
    /** Tells of users whose calls have cost more than `thresholdMicroUsd` today, of each once a day. Returns how many are new. */
    tellUsersOver: (thresholdMicroUsd: bigint): Promise<number> =>
      sql.$transaction(async (tx) => {
        const over = await tx.$queryRaw<{ day: string; userId: string; costMicroUsd: bigint }[]>`
          WITH over AS (
            SELECT user_id, sum(cost_micro_usd)::bigint AS cost FROM (${costsOfToday}) AS spent
            GROUP BY user_id HAVING sum(cost_micro_usd) > ${thresholdMicroUsd}
          ), noted AS (
            INSERT INTO cost_notice (day, subject) SELECT ${today}, user_id::text FROM over ON CONFLICT DO NOTHING RETURNING day, subject
          )
          SELECT to_char(noted.day, 'YYYY-MM-DD') AS day, over.user_id AS "userId", over.cost AS "costMicroUsd"
          FROM noted JOIN over ON over.user_id::text = noted.subject`
        for (const { day, userId, costMicroUsd } of over) {
          const message = { day, userId, costMicroUsd, thresholdMicroUsd, occurredAt: timestampNow() }
          await publishEvent(tx, events.userCostExceeded, { aggregateId: userId, message })
        }
        return over.length
      }),

    /** Tells, once a day, that all calls of today together have cost more than `thresholdMicroUsd`. Returns whether it is new. */
    tellBudgetExceeded: (budgetMicroUsd: bigint, thresholdMicroUsd: bigint): Promise<boolean> =>
      sql.$transaction(async (tx) => {
        const [noted] = await tx.$queryRaw<{ day: string; costMicroUsd: bigint }[]>`
          WITH spent AS (
            SELECT coalesce(sum(cost_micro_usd), 0)::bigint AS cost FROM (${costsOfToday}) AS costs
          ), noted AS (
            INSERT INTO cost_notice (day, subject) SELECT ${today}, 'all' FROM spent WHERE cost > ${thresholdMicroUsd}
            ON CONFLICT DO NOTHING RETURNING day
          )
          SELECT to_char(noted.day, 'YYYY-MM-DD') AS day, spent.cost AS "costMicroUsd" FROM noted, spent`
        if (!noted) return false
        const message = { ...noted, budgetMicroUsd, occurredAt: timestampNow() }
        await publishEvent(tx, events.budgetExceeded, { aggregateId: noted.day, message })
        return true
      }),
  }
}
