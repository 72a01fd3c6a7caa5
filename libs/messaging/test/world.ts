import { once } from 'node:events'
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net'
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

/** The way to Postgres through a door that a test can shut: everything beyond it is cut and refused until it opens. */
export async function createDoor(databaseUrl: string): Promise<{ url: string; shut(): void; open(): void; close(): Promise<void> }> {
  const target = new URL(databaseUrl)
  let isOpen = true
  const sockets = new Set<Socket>()
  const server = createServer((inside) => {
    if (!isOpen) return inside.destroy()
    const outside = connectSocket(Number(target.port), target.hostname)
    for (const socket of [inside, outside]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => {
        sockets.delete(socket)
        inside.destroy()
        outside.destroy()
      })
    }
    inside.pipe(outside).pipe(inside)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  const shut = () => {
    isOpen = false
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: url.href,
    shut,
    open() {
      isOpen = true
    },
    async close() {
      shut()
      server.close()
      await once(server, 'close')
    },
  }
}
