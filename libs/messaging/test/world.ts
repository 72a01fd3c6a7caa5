import { createSql, openPool, type Pool, type Transaction, type TransactionClient } from '@parley/database'
import { createLogger } from '@parley/telemetry'
import { createTestDatabase, startTestNats, waitFor } from '@parley/testing'
import { type Bus, connectBus } from '../src/index.ts'

/** One NATS server and one service database of a test's own. */
export interface World {
  nats: Awaited<ReturnType<typeof startTestNats>>
  databaseUrl: string
  bus: Bus
  pool: Pool
  client: TransactionClient<Transaction>
  /** What handlers did: one row each, any number for the same event. */
  effects(): Promise<string[]>
  /** Connections of further processes; closed with the world. */
  anotherBus(name?: string): Promise<Bus>
  anotherPool(): Pool
  close(): Promise<void>
}

export const logger = createLogger({ name: 'test', level: process.env.LOG_LEVEL ?? 'silent' })

export async function createWorld(): Promise<World> {
  const [nats, database] = await Promise.all([startTestNats(), createTestDatabase('usage')])
  const buses: Bus[] = []
  const pools: Pool[] = []
  const anotherBus = async (name = 'usage') => {
    const bus = await connectBus({ url: nats.url, name, logger })
    buses.push(bus)
    return bus
  }
  const anotherPool = () => {
    const pool = openPool({ url: database.url, applicationName: 'messaging-test' })
    pools.push(pool)
    return pool
  }
  const owner = openPool({ url: database.ownerUrl, applicationName: 'messaging-test-owner', poolSize: 1 })
  await owner.query('CREATE TABLE effect (event_id uuid NOT NULL)')
  await owner.end()
  const pool = anotherPool()
  return {
    nats,
    databaseUrl: database.url,
    bus: await anotherBus(),
    pool,
    client: createSql(pool),
    effects: async () => (await pool.query<{ event_id: string }>('SELECT event_id FROM effect')).rows.map((row) => row.event_id),
    anotherBus,
    anotherPool,
    async close() {
      await Promise.all(buses.map((bus) => bus.close()))
      await Promise.all(pools.map((each) => each.end()))
      await nats.stop()
      await database.drop()
    },
  }
}

/** Waits until this many effects are there. */
export const effectsReach = (world: World, count: number, timeoutMs?: number): Promise<unknown> =>
  waitFor(`${count} effects`, async () => (await world.effects()).length >= count, { timeoutMs })

/** The effect of the tests' handlers. */
export const recordEffect = (tx: Transaction, eventId: string): Promise<number> =>
  tx.$executeRaw`INSERT INTO effect (event_id) VALUES (${eventId}::uuid)`
