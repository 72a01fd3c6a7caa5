/** Started by trace.test.ts with the telemetry preload: one request that asks, writes an event and has it handled. */
import { events, requests } from '@parley/contracts'
import { createSql, openPool } from '@parley/database'
import { createLogger, shutdownTelemetry, withSpan } from '@parley/telemetry'
import { call, connectBus, consume, publishEvent, serve, startRelay } from '../src/index.ts'

const { NATS_URL: url = '', DATABASE_URL: databaseUrl = '' } = process.env
const logger = createLogger({ name: 'traced', level: 'silent' })
const bus = await connectBus({ url, name: 'usage', logger })
const pool = openPool({ url: databaseUrl, applicationName: 'traced' })
const database = createSql(pool)
const handled = Promise.withResolvers<void>()

const relay = startRelay({ bus, pool, logger, pollMs: 20 })
const server = serve(bus, requests.reserveTurn, async () => ({ granted: true }), { logger })
const handle = async () => withSpan('the effect', {}, () => handled.resolve())
const consumer = consume({ bus, database, event: events.turnFailed, consumer: 'usage-traced', logger, handle })

await withSpan('the request', {}, async () => {
  await call(bus, requests.reserveTurn, {}, { timeoutMs: 5_000 })
  await database.$transaction((tx) => publishEvent(tx, events.turnFailed, { aggregateId: 'turn', message: { turnId: 'turn' } }))
})
await handled.promise
await Promise.all([consumer.stop(), server.stop(), relay.stop()])
await bus.close()
await pool.end()
await shutdownTelemetry()
