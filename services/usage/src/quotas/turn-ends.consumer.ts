import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { chargeTurn } from '../metering/charges.store.ts'
import { countPlatformExpense } from '../metering/platform-metrics.ts'
import { dropHold, releaseReservation, settleReservation } from './reservations.store.ts'

const dateOf = (at: Timestamp | undefined): Date => (at ? timestampDate(at) : new Date())

/**
 * A turn's end decides its reservation: an answer counts, a failure or an answer without a word does not. And it
 * says which one of its calls the user pays for (B-17); what was held for the answer is held until that call's cost is known.
 */
export function consumeTurnEnds({ sql, ...rest }: { bus: Bus; sql: Sql; logger: Logger }): Consumer[] {
  const common = { ...rest, database: sql, lockOf: ({ turnId }: { turnId: string }) => turnId }
  return [
    consume({
      ...common,
      event: events.turnCompleted,
      consumer: 'usage-turn-completed',
      async handle(tx, { turnId, userId, callId, occurredAt }, { afterCommit }) {
        await settleReservation(tx, turnId, userId, dateOf(occurredAt))
        if (callId === '') await dropHold(tx, turnId)
        const expenses = await chargeTurn(tx, turnId, callId || null)
        afterCommit(() => expenses.forEach(countPlatformExpense))
      },
    }),
    consume({
      ...common,
      event: events.turnStopped,
      consumer: 'usage-turn-stopped',
      async handle(tx, { turnId, userId, callId, outputTokens, occurredAt }, { afterCommit }) {
        if (outputTokens > 0n) await settleReservation(tx, turnId, userId, dateOf(occurredAt))
        else await releaseReservation(tx, turnId)
        if (callId === '') await dropHold(tx, turnId)
        const expenses = await chargeTurn(tx, turnId, callId || null)
        afterCommit(() => expenses.forEach(countPlatformExpense))
      },
    }),
    consume({
      ...common,
      event: events.turnFailed,
      consumer: 'usage-turn-failed',
      async handle(tx, { turnId }, { afterCommit }) {
        await releaseReservation(tx, turnId)
        const expenses = await chargeTurn(tx, turnId, null)
        afterCommit(() => expenses.forEach(countPlatformExpense))
      },
    }),
  ]
}
