import { planLimits } from '@parley/config'
import { openPool, openPrisma } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createPrincipalVerifier } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { PrismaClient } from '../prisma/generated/client.ts'
import type { Config } from './config.ts'
import { createPlansStore } from './plans/plans.store.ts'
import { createSubscriptionsStore } from './subscriptions/subscriptions.store.ts'
import { consumeUserRegistered } from './subscriptions/user-registered.consumer.ts'

export type Deps = Awaited<ReturnType<typeof openDeps>>

/** Everything this process holds open, as a plain object. */
export async function openDeps(config: Config) {
  const logger = createLogger({ name: 'billing', level: config.LOG_LEVEL })
  const database = { url: config.DATABASE_URL, applicationName: 'billing' }
  const prisma = openPrisma(PrismaClient, database)
  const pool = openPool({ ...database, poolSize: 2 })
  const bus = await connectBus({ url: config.NATS_URL, name: 'billing', logger })

  return {
    logger,
    prisma,
    principals: createPrincipalVerifier({ jwks: config.PRINCIPAL_JWKS }),
    plans: createPlansStore(prisma, planLimits(config)),
    subscriptions: createSubscriptionsStore(prisma),
    /** What runs without being asked; ends before the connections do. */
    startWorkers() {
      const relay = startRelay({ bus, pool, logger })
      const consumers = [consumeUserRegistered({ bus, prisma, logger, relay })]
      return {
        async stop() {
          await Promise.all(consumers.map((consumer) => consumer.stop()))
          await relay.stop()
        },
      }
    },
    async close() {
      await bus.close()
      await Promise.all([prisma.$disconnect(), pool.end()])
    },
  }
}
