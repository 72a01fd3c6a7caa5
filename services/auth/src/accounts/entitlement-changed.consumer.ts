import { events } from '@parley/contracts'
import { type Bus, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { validate as isUuid } from 'uuid'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'
import { accountsStore } from './accounts.store.ts'

/** Keeps each account's plan as billing last said; versions make repetition and disorder harmless. */
export function followEntitlements({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }) {
  return consume({
    bus,
    database: prisma,
    event: events.entitlementChanged,
    consumer: 'auth-entitlements',
    handle: async (tx: Database, { userId, plan, version }) => {
      if (!isUuid(userId) || (plan !== 'free' && plan !== 'pro')) throw new PoisonError(`no plan called '${plan}'`)
      await accountsStore(tx).setPlan(userId, plan, version)
    },
    logger,
  })
}
