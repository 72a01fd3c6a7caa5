import { openPool, openPrisma } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, startTestPrincipals } from '@parley/testing'
import { PrismaClient } from '../prisma/generated/client.ts'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'

/** The usage service on a database and a NATS server of its own, any number of replicas, and somebody who asks it. */
export async function startUsage(environment: Record<string, string> = {}, { replicas = 1 } = {}) {
  const [database, nats, principals] = await Promise.all([createTestDatabase('usage'), startTestNats(), startTestPrincipals()])
  const config = readConfig({
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    ...environment,
  })
  const openReplica = () => openDeps(config, createLogger({ name: 'usage', level: 'silent' }))
  const deps = await openReplica()
  const others = await Promise.all(Array.from({ length: replicas - 1 }, openReplica))
  const app = await buildApp(deps)

  // The other side of the bus. Its facts leave through an outbox too, here the same database's.
  const logger = createLogger({ name: 'asker', level: 'silent' })
  const bus = await connectBus({ url: nats.url, name: 'asker', logger })
  const connection = { url: database.url, applicationName: 'asker' }
  const prisma = openPrisma(PrismaClient, connection)
  const pool = openPool(connection)
  const relay = startRelay({ bus, pool, logger })

  return {
    app,
    deps,
    others,
    blockedTexts: deps.blockedTexts,
    bus,
    nats,
    prisma,
    pool,
    relay,
    principals,
    ownerUrl: database.ownerUrl,
    async close() {
      await relay.stop()
      await Promise.all([deps, ...others].map((replica) => replica.drain()))
      await app.close()
      await bus.close()
      await Promise.all([deps, ...others].map((replica) => replica.close()))
      await Promise.all([prisma.$disconnect(), pool.end()])
      await nats.stop()
      await database.drop()
    },
  }
}
