import { type Timestamp, timestampDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { type Bus, type Consumer, consume } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { releaseReservation, settleReservation } from './reservations.store.ts'

const dateOf = (at: Timestamp | undefined): Date => (at ? timestampDate(at) : new Date())

/** A turn's end decides its reservation: an answer counts, a failure or an answer without a word does not. */
export function consumeTurnEnds(common: { bus: Bus; prisma: PrismaClient; logger: Logger }): Consumer[] {
  return [
    consume({
      ...common,
      event: events.turnCompleted,
      consumer: 'usage-turn-completed',
      handle: (tx, { turnId, userId, occurredAt }) => settleReservation(tx, turnId, userId, dateOf(occurredAt)),
    }),
    consume({
      ...common,
      event: events.turnStopped,
      consumer: 'usage-turn-stopped',
      handle: (tx, { turnId, userId, outputTokens, occurredAt }) =>
        outputTokens > 0n ? settleReservation(tx, turnId, userId, dateOf(occurredAt)) : releaseReservation(tx, turnId),
    }),
    consume({
      ...common,
      event: events.turnFailed,
      consumer: 'usage-turn-failed',
      handle: (tx, { turnId }) => releaseReservation(tx, turnId),
    }),
  ]
}
