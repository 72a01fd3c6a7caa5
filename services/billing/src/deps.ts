import { planLimits } from '@parley/config'
import { openPool, openPrisma } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import type { Logger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import type { Config } from './config.ts'
import { createPlansStore } from './plans/plans.store.ts'
import { createSubscriptionsStore } from './subscriptions/subscriptions.store.ts'
import { consumeUserRegistered } from './subscriptions/user-registered.consumer.ts'

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Opens everything this service works with and starts what it does by itself. */
export async function openDeps(config: Config, logger: Logger) {
  const database = { url: config.DATABASE_URL, applicationName: 'billing' }
  const prisma = openPrisma(PrismaClient, database)
  const pool = openPool({ ...database, poolSize: 2 })
  const bus = await connectBus({ url: config.NATS_URL, name: 'billing', logger })
  const relay = startRelay({ bus, pool, logger })
  const workers = [consumeUserRegistered({ bus, prisma, logger, relay })]

  return {
    logger,
    prisma,
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    plans: createPlansStore(prisma, planLimits(config)),
    subscriptions: createSubscriptionsStore(prisma),
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
