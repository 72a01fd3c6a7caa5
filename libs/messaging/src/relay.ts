import type { ClientBase, Pool, PoolClient } from '@parley/database'
import { attributes, extractTrace, type Logger, SpanKind, withSpan } from '@parley/telemetry'
import type { Bus } from './bus.ts'
import { headerNames, tracedHeaders } from './headers.ts'
import * as metrics from './metrics.ts'
import { deleteOld, findUnpublished, markPublished, type OutboxRow, outboxBacklog } from './outbox.store.ts'
import { pause } from './pause.ts'
import { republishIfStreamIsNew } from './stream-loss.ts'

export interface RelayOptions {
  bus: Bus
  /** Of the service's own database. The active relay keeps one connection of it. */
  pool: Pool
  logger: Logger
  /** Longest time a committed event waits when nobody calls `wake`. */
  pollMs?: number
  /** Most events in flight to JetStream. */
  batchSize?: number
}

export interface Relay {
  /** Publish now: to be called right after a commit that wrote events. */
  wake(): void
  /** Finishes the events on their way and lets another relay take over. */
  stop(): Promise<void>
}

/** Any number; the lock lives in the service's own database. */
const RELAY_LOCK = 7_201_933_554_020
const STANDBY_MS = 1_000
const PUBLISH_TIMEOUT_MS = 5_000
const HOUSEKEEPING_MS = 60 * 60_000
const BACKLOG_METRIC_MS = 10_000

/**
 * Publishes what transactions wrote into the outbox. Start one in every process: one of them is active (it holds an
 * advisory lock), the others take over when it ends. Every event is published with its own id as `Nats-Msg-Id` and
 * marked only when the stream has stored it, so one that is published again after a crash is recognised. Events of one
 * aggregate go out one after the other in the order they were written. It waits for as long as Postgres or NATS is away.
 */
export function startRelay({ bus, pool, logger, pollMs = 200, batchSize = 256 }: RelayOptions): Relay {
  const stopping = new AbortController()
  let alarm = new AbortController()
  let isAwake = false

  /** Sleeps for `ms`, shorter when woken or stopped. */
  async function rest(ms: number): Promise<void> {
    if (!isAwake) await pause(ms, AbortSignal.any([stopping.signal, alarm.signal]))
    isAwake = false
    alarm = new AbortController()
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopping.signal.aborted; ) {
      try {
        const isLeading = await withClient(pool, async (client) => {
          if (!(await takeLock(client))) return false
          failures = 0
          await lead(client)
          return true
        })
        if (!isLeading) await pause(STANDBY_MS, stopping.signal)
      } catch (error) {
        failures++
        if (!stopping.signal.aborted) logger.warn({ err: error }, 'the outbox relay lost its database connection')
        await pause(Math.min(5_000, 100 * 2 ** failures), stopping.signal)
      }
    }
  }

  async function lead(client: ClientBase): Promise<void> {
    let failures = 0
    let housekeepingAtMs = 0
    let backlogAtMs = 0
    while (!stopping.signal.aborted) {
      if (!bus.isConnected()) {
        await rest(pollMs)
      } else {
        await republishIfStreamIsNew(bus, client, logger)
        const rows = await findUnpublished(client, batchSize)
        const publishedIds = await publishRows(bus, rows, logger)
        if (publishedIds.length > 0) await markPublished(client, publishedIds)
        failures = publishedIds.length < rows.length ? failures + 1 : 0
        if (failures > 0) await pause(Math.min(5_000, 100 * 2 ** failures), stopping.signal)
        else if (rows.length < batchSize) await rest(pollMs)
      }
      if (performance.now() >= backlogAtMs) {
        const backlog = await outboxBacklog(client)
        metrics.outboxRows.set(backlog.rows)
        metrics.outboxAgeS.set(backlog.oldestS)
        backlogAtMs = performance.now() + BACKLOG_METRIC_MS
      }
      if (performance.now() >= housekeepingAtMs) {
        await deleteOld(client)
        housekeepingAtMs = performance.now() + HOUSEKEEPING_MS
      }
    }
  }

  const running = run()
  return {
    wake() {
      isAwake = true
      alarm.abort()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/** Each aggregate's events one after the other, aggregates side by side. A failure holds back the rest of its aggregate only. */
async function publishRows(bus: Bus, rows: OutboxRow[], logger: Logger): Promise<string[]> {
  const publishedIds: string[] = []
  const byAggregate = Map.groupBy(rows, (row) => row.aggregate_id)
  await Promise.all(
    [...byAggregate.values()].map(async (ofAggregate) => {
      for (const row of ofAggregate) {
        try {
          await publishRow(bus, row)
          publishedIds.push(row.id)
          metrics.published.inc({ subject: row.subject, outcome: 'ok' })
        } catch (error) {
          metrics.published.inc({ subject: row.subject, outcome: 'failed' })
          logger.warn({ err: error, eventId: row.id, subject: row.subject }, 'an event could not be published, it will be tried again')
          return
        }
      }
    }),
  )
  return publishedIds
}

function publishRow(bus: Bus, row: OutboxRow): Promise<void> {
  const options = {
    kind: SpanKind.PRODUCER,
    parent: extractTrace(row.headers),
    attributes: {
      [attributes.messagingSystem]: 'nats',
      [attributes.messagingOperation]: 'publish',
      [attributes.messagingDestination]: row.subject,
      [attributes.messagingMessageId]: row.id,
    },
  }
  return withSpan(`${row.subject} publish`, options, async () => {
    await bus.jetstream.publish(row.subject, row.payload, {
      msgID: row.id,
      timeout: PUBLISH_TIMEOUT_MS,
      headers: tracedHeaders({ [headerNames.occurredAt]: row.created_at.toISOString() }),
    })
  })
}

async function takeLock(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [RELAY_LOCK])
  return rows[0]?.locked === true
}

/** A connection that is closed afterwards, because the lock belongs to it. */
async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  // The next statement reports the loss; without a listener the process would end.
  client.on('error', () => {})
  try {
    return await work(client)
  } finally {
    client.release(true)
  }
}
