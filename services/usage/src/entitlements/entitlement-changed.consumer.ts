import { events } from '@parley/contracts'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { saveEntitlement } from './entitlements.store.ts'

/** Quotas follow the plan within moments of a change. */
export function consumeEntitlementChanged({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }): Consumer {
  return consume({
    bus,
    prisma,
    logger,
    event: events.entitlementChanged,
    consumer: 'usage-entitlements',
    async handle(tx, { userId, plan, version }) {
      if (plan !== 'free' && plan !== 'pro') throw new PoisonError(`unknown plan '${plan}'`)
      await saveEntitlement(tx, userId, plan, version)
    },
  })
}
