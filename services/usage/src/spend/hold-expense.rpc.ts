import { requests } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { commonErrors } from '@parley/errors'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { z } from 'zod'
import { capsJson, type DefaultCaps, type FullCap, refusalOf } from './spend-cap.ts'

/** Longer than a call takes that nobody waits for. */
const EXPENSE_TTL_S = 120

interface HoldRow extends Omit<FullCap, 'owner' | 'period'> {
  period: FullCap['period'] | null
  now: Date
}

/** Answers rpc.usage.hold-expense.v1: what the platform asks models for by itself stops where its cap has no room. */
export function serveHoldExpense({ bus, sql, caps, logger }: { bus: Bus; sql: Sql; caps: DefaultCaps; logger: Logger }) {
  const byDefault = capsJson(caps)
  return serve(
    bus,
    requests.holdExpense,
    async ({ callId, holdMicroUsd }) => {
      if (!z.uuid().safeParse(callId).success) throw commonErrors.invalid_request({ internal: 'the id is not a UUID' })
      if (holdMicroUsd < 0n) throw commonErrors.invalid_request({ internal: 'the hold is negative' })
      const [row] = await sql.$queryRaw<HoldRow[]>`
        SELECT cap_period AS period, cap_is_spent AS "isSpent", cap_frees_at AS "freesAt", now
        FROM hold_expense(${callId}::uuid, ${holdMicroUsd}::bigint, ${EXPENSE_TTL_S}::integer, ${byDefault}::jsonb)`
      if (!row) throw new Error('a function without a row')
      const { period, isSpent, freesAt, now } = row
      if (period) throw refusalOf({ owner: 'platform', period, isSpent, freesAt }, now)
      return {}
    },
    { logger },
  )
}
