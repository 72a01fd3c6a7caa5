import { type EntitlementChanged, events } from '@parley/contracts'
import { openPool, openPrisma } from '@parley/database'
import { connectBus, follow, publishEvent, startRelay } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, startTestPrincipals, waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as uuidv7 } from 'uuid'
import { PrismaClient } from '../prisma/generated/client.ts'
import { buildApp } from '../src/app.ts'
import { readConfig } from '../src/config.ts'
import { openDeps } from '../src/deps.ts'

const [database, nats, principals] = await Promise.all([createTestDatabase('billing'), startTestNats(), startTestPrincipals()])
const deps = await openDeps(
  readConfig({
    DATABASE_URL: database.url,
    NATS_URL: nats.url,
    PRINCIPAL_JWKS: principals.jwksJson,
    LIMIT_PRO_HOUR: '77',
  }),
  createLogger({ name: 'billing', level: 'silent' }),
)
const app = await buildApp(deps)

// Somebody else on the bus: auth, as far as billing can tell, and a listener.
const logger = createLogger({ name: 'auth', level: 'silent' })
const bus = await connectBus({ url: nats.url, name: 'auth', logger })
const connection = { url: database.url, applicationName: 'auth' }
const prisma = openPrisma(PrismaClient, connection)
const pool = openPool(connection)
const relay = startRelay({ bus, pool, logger })
const heard: EntitlementChanged[] = []
const follower = follow({ bus, event: events.entitlementChanged, sinceMs: 60_000, logger, handle: (message) => void heard.push(message) })

t.teardown(async () => {
  await follower.stop()
  await relay.stop()
  await deps.drain()
  await app.close()
  await bus.close()
  await Promise.all([deps.close(), prisma.$disconnect(), pool.end()])
  await nats.stop()
  await database.drop()
})

const register = (userId: string) => publishEvent(prisma, events.userRegistered, { aggregateId: userId, message: { userId } })

async function get(url: string, userId?: string) {
  const headers = userId === undefined ? {} : await principals.header({ userId })
  const answer = await app.inject({ url, headers })
  return { status: answer.statusCode, body: answer.json() }
}

t.test('E1 whoever registers has Free, once, and the platform is told once', async (t) => {
  const userId = uuidv7()
  await register(userId)
  await register(userId)
  const marker = uuidv7()
  await register(marker)
  await waitFor('both entitlements', () => [userId, marker].every((id) => heard.some((message) => message.userId === id)))
  t.match(
    heard.filter((message) => message.userId === userId),
    [{ plan: 'free', version: 1n }],
  )
  t.equal(heard.filter((message) => message.userId === userId).length, 1)
  t.match(await get('/api/v1/billing/subscription', userId), {
    status: 200,
    body: { subscription: { plan: 'free', status: 'active', currentPeriodEnd: null, cancelAtPeriodEnd: false } },
  })
})

t.test('E1 a user billing has not heard of yet is answered as Free', async (t) => {
  t.match(await get('/api/v1/billing/subscription', uuidv7()), { status: 200, body: { subscription: { plan: 'free', status: 'active' } } })
})

t.test('E1 the plans are public, priced in cents, with the messages the platform is configured for', async (t) => {
  t.match(await get('/api/v1/billing/plans'), {
    status: 200,
    body: {
      items: [
        { id: 'free', monthlyPriceCents: null, messagesPerHour: 10, messagesPerDay: 50 },
        { id: 'pro', monthlyPriceCents: 2000, yearlyPriceCents: 20_000, messagesPerHour: 77, messagesPerDay: 1000 },
      ],
    },
  })
})

t.test('A-19 the subscription of nobody is a 401', async (t) => {
  t.match(await get('/api/v1/billing/subscription'), { status: 401, body: { code: 'unauthenticated' } })
})
