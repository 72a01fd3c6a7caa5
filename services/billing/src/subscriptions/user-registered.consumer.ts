import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { type Bus, type Consumer, consume, publishEvent, type Relay } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { insertFreeSubscription } from './subscriptions.store.ts'

interface Options {
  bus: Bus
  prisma: PrismaClient
  logger: Logger
  relay: Relay
}

/** Everybody who registers has Free; usage and auth learn it as an entitlement. */
export function consumeUserRegistered({ bus, prisma, logger, relay }: Options): Consumer {
  return consume({
    bus,
    database: prisma,
    logger,
    event: events.userRegistered,
    consumer: 'billing-free-plan',
    async handle(tx, { userId }, { afterCommit }) {
      const version = await insertFreeSubscription(tx, userId)
      if (version === null) return
      await publishEvent(tx, events.entitlementChanged, {
        aggregateId: userId,
        message: { userId, plan: 'free', version, occurredAt: timestampNow() },
      })
      afterCommit(relay.wake)
    },
  })
}
