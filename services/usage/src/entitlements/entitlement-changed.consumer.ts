import { events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { saveEntitlement } from './entitlements.store.ts'

/** Quotas follow the plan within moments of a change. */
export function consumeEntitlementChanged({ bus, sql, logger }: { bus: Bus; sql: Sql; logger: Logger }): Consumer {
  return consume({
    bus,
    database: sql,
    logger,
    event: events.entitlementChanged,
    consumer: 'usage-entitlements',
    async handle(tx, { userId, plan, version }) {
      if (plan !== 'free' && plan !== 'pro') throw new PoisonError(`unknown plan '${plan}'`)
      await saveEntitlement(tx, userId, plan, version)
    },
  })
}
