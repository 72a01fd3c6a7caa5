import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql, Transaction } from '@parley/database'
import { type Bus, type Consumer, consume, type GroupContext } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { chargeTurns } from '../metering/charges.store.ts'
import { countPlatformExpense } from '../metering/platform-metrics.ts'
import { dropHolds, releaseReservations, settleReservations } from './reservations.store.ts'

interface TurnEnd {
  turnId: string
  userId: string
  endedAt: Date
  /** The one call its user pays for. */
  callId: string | null
  /** An answer counts, a failure or an answer without a word does not. */
  counts: boolean
}

interface EndedTurn {
  turnId: string
  userId: string
  callId?: string
  occurredAt?: Timestamp
}

const endOf = ({ turnId, userId, callId, occurredAt }: EndedTurn, counts: boolean): TurnEnd => ({
  ...{ turnId, userId, counts },
  callId: callId || null,
  endedAt: occurredAt ? timestampDate(occurredAt) : new Date(),
})

/**
 * A turn's end decides its reservation, and says which one of its calls the user pays for (B-17); what was held for the
 * answer is held until that call's cost is known.
 */
export function consumeTurnEnds({ sql, ...rest }: { bus: Bus; sql: Sql; logger: Logger }): Consumer[] {
  const common = { ...rest, database: sql }
  return [
    consume({
      ...common,
      event: events.turnCompleted,
      consumer: 'usage-turn-completed',
      handleTogether: (tx, ended, context) =>
        decide(
          tx,
          ended.map(({ message }) => endOf(message, true)),
          context,
        ),
    }),
    consume({
      ...common,
      event: events.turnStopped,
      consumer: 'usage-turn-stopped',
      handleTogether: (tx, ended, context) =>
        decide(
          tx,
          ended.map(({ message }) => endOf(message, message.outputTokens > 0n)),
          context,
        ),
    }),
    consume({
      ...common,
      event: events.turnFailed,
      consumer: 'usage-turn-failed',
      handleTogether: (tx, ended, context) =>
        decide(
          tx,
          ended.map(({ message }) => endOf(message, false)),
          context,
        ),
    }),
  ]
}

async function decide(tx: Transaction, ends: readonly TurnEnd[], { afterCommit }: GroupContext): Promise<void> {
  const counted = [...new Map(ends.filter(({ counts }) => counts).map((end) => [end.turnId, end])).values()]
  const givenBack = ends.filter(({ counts }) => !counts).map(({ turnId }) => turnId)
  const free = counted.filter(({ callId }) => callId === null).map(({ turnId }) => turnId)
  // Sent one behind the other, without waiting for each.
  const [expenses] = await Promise.all([
    chargeTurns(tx, ends),
    counted.length > 0 && settleReservations(tx, counted),
    givenBack.length > 0 && releaseReservations(tx, givenBack),
    free.length > 0 && dropHolds(tx, free),
  ])
  afterCommit(() => expenses.forEach(countPlatformExpense))
}
