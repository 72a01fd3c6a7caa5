import { openPool, openPrisma } from '@parley/database'
import { connectBus, startRelay } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, startTestPrincipals } from '@parley/testing'
import { PrismaClient } from '../prisma/generated/client.ts'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'

/** The usage service on a database and a NATS server of its own, and somebody who asks it. */
export async function startUsage(environment: Record<string, string> = {}) {
  const [database, nats, principals] = await Promise.all([createTestDatabase('usage'), startTestNats(), startTestPrincipals()])
  const config = readConfig({
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    ...environment,
  })
  const deps = await openDeps(config, createLogger({ name: 'usage', level: 'silent' }))
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
      await deps.drain()
      await app.close()
      await bus.close()
      await Promise.all([deps.close(), prisma.$disconnect(), pool.end()])
      await nats.stop()
      await database.drop()
    },
  }
}
