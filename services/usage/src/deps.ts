import { planLimits } from '@parley/config'
import { openDatabase, openPool } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import { startBlockedTextExpiry } from './abuse/blocked-text-expiry.job.ts'
import { createBlockedTextsStore } from './abuse/blocked-texts.store.ts'
import { consumeContentBlocked } from './abuse/content-blocked.consumer.ts'
import { type Config, defaultCaps } from './config.ts'
import { watchCosts } from './costs/cost-alerts.job.ts'
import { createCostsStore } from './costs/costs.store.ts'
import { consumeEntitlementChanged } from './entitlements/entitlement-changed.consumer.ts'
import { consumeCallCompleted } from './metering/call-completed.consumer.ts'
import { createUsageEventsStore } from './metering/usage-events.store.ts'
import { startReaper } from './quotas/reap-reservations.job.ts'
import { createReservationsStore } from './quotas/reservations.store.ts'
import { serveReserveTurn } from './quotas/reserve-turn.rpc.ts'
import { consumeTurnEnds } from './quotas/turn-ends.consumer.ts'
import { createCapsStore } from './spend/caps.store.ts'
import { foldSpend } from './spend/fold-spend.job.ts'
import { serveHoldExpense } from './spend/hold-expense.rpc.ts'
import { createSpendStore } from './spend/spend.store.ts'

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Opens everything this service works with and starts what it does by itself. */
export async function openDeps(config: Config, logger: Logger) {
  const database = { url: config.DATABASE_URL, applicationName: 'usage' }
  const { prisma, sql } = openDatabase(PrismaClient, database)
  const pool = openPool({ ...database, poolSize: 2 })
  const bus = await connectBus({ url: config.NATS_URL, name: 'usage', logger })
  const caps = defaultCaps(config)
  const reservations = createReservationsStore(sql, { ttlS: config.RESERVATION_TTL_S, holdTtlS: config.SPEND_HOLD_TTL_S, caps })
  const quota = { limits: planLimits(config), defaultHold: config.SPEND_HOLD_USD, reservations }
  const blockedTexts = createBlockedTextsStore(sql)

  const relay = startRelay({ bus, pool, logger })
  const workers = [
    serveReserveTurn({ bus, logger, quota, relay }),
    serveHoldExpense({ bus, sql, caps, logger }),
    ...consumeTurnEnds({ bus, sql, logger }),
    consumeCallCompleted({ bus, sql, logger }),
    consumeEntitlementChanged({ bus, sql, logger }),
    consumeContentBlocked({
      bus,
      sql,
      rule: { prompts: config.ABUSE_BLOCKED_PROMPTS, windowS: config.ABUSE_BLOCKED_WINDOW_S },
      onTold: relay.wake,
      logger,
    }),
    startBlockedTextExpiry({ blockedTexts, days: config.ABUSE_RECORD_DAYS, logger }),
    startReaper({ reservations, logger }),
    foldSpend({ spend: createSpendStore(sql, { caps }), everyMs: config.SPEND_FOLD_MS, onTold: relay.wake, logger }),
    watchCosts({
      costs: createCostsStore(sql),
      thresholds: {
        userDayMicroUsd: config.COST_ALERT_USER_DAY_USD,
        budgetDayMicroUsd: config.COST_BUDGET_DAY_USD ?? null,
        tolerancePercent: config.COST_BUDGET_TOLERANCE_PERCENT,
      },
      onTold: relay.wake,
      everyMs: config.COST_CHECK_MS,
      logger,
    }),
  ]

  return {
    logger,
    prisma,
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    usageEvents: createUsageEventsStore(sql),
    quota,
    caps: createCapsStore(sql, { caps, onTold: relay.wake }),
    blockedTexts,
    /** Takes no more events and questions and finishes those at work. */
    async drain() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await relay.stop()
    },
    async close() {
      await bus.close()
      await Promise.all([prisma.$disconnect(), pool.end()])
    },
  }
}
