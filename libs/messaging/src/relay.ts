import type { ClientBase, Pool, PoolClient } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { Bus } from './bus.ts'
import * as metrics from './metrics.ts'
import { deleteOld, findUnpublished, markPublished, outboxBacklog } from './outbox.store.ts'
import { pause } from './pause.ts'
import { publishRows } from './publish-outbox.ts'
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
/**
 * Nobody waits for an event as for an answer, and what goes out together is read, handled and acknowledged together. One alone
 * waits no longer than it takes the others of its moment to commit; where events follow each other, they wait for more.
 */
const GATHER_MS = 50
const GATHER_MANY_MS = 250
const HOUSEKEEPING_MS = 60 * 60_000
const BACKLOG_METRIC_MS = 10_000
const MAX_SILENCE_MS = 30_000

/**
 * Publishes what transactions wrote into the outbox. Start one in every process: one of them is active (it holds an
 * advisory lock), the others take over when it ends. Every event is published with its own id as `Nats-Msg-Id` and
 * marked only when the stream has stored it, so one that is published again after a crash is recognised. Events of one
 * aggregate go out one after the other in the order they were written. It waits for as long as Postgres or NATS is away.
 */
export function startRelay({ bus, pool, logger, pollMs = 200, batchSize = 256 }: RelayOptions): Relay {
  const stopping = new AbortController()
  let isAwake = false
  let endRest = () => {}
  let lastPublishedMs = Number.NEGATIVE_INFINITY

  /** After each transaction with an event, so it costs nothing while a batch is under way. */
  function wake(): void {
    isAwake = true
    endRest()
  }

  /** Sleeps for `ms`, or until somebody calls `wake`; then long enough that what commits in the same moments goes out together. */
  async function rest(ms: number): Promise<void> {
    if (!isAwake) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        endRest = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
    const hasMany = performance.now() - lastPublishedMs < GATHER_MANY_MS
    if (isAwake) await pause(hasMany ? GATHER_MANY_MS : GATHER_MS, stopping.signal)
    isAwake = stopping.signal.aborted
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
    const housekeeping = startHousekeeping(client)
    for (let failures = 0; !stopping.signal.aborted; ) {
      const outcome = bus.isConnected() ? await publishBatch(client) : 'idle'
      failures = outcome === 'failed' ? failures + 1 : 0
      await housekeeping.doWhatIsDue()
      if (outcome === 'failed') await pause(Math.min(5_000, 100 * 2 ** failures), stopping.signal)
      if (outcome === 'idle') await rest(pollMs)
    }
  }

  async function publishBatch(client: ClientBase): Promise<'idle' | 'busy' | 'failed'> {
    await republishIfStreamIsNew(bus, client, logger)
    const rows = await findUnpublished(client, batchSize)
    const { publishedIds, failure } = await publishRows(bus, rows)
    if (publishedIds.length > 0) {
      await markPublished(client, publishedIds)
      lastPublishedMs = performance.now()
    }
    if (failure === undefined) return rows.length < batchSize ? 'idle' : 'busy'
    const unpublished = rows.length - publishedIds.length
    logger.warn({ err: failure, unpublished }, 'events could not be published, they will be tried again')
    return 'failed'
  }

  const running = run()
  return {
    wake,
    async stop() {
      stopping.abort()
      wake()
      await running
    },
  }
}

/** The figures of the backlog, and deletion a batch at a time, so that publishing never waits for the deletion of millions. */
function startHousekeeping(client: ClientBase): { doWhatIsDue(): Promise<void> } {
  let deleteAtMs = 0
  let measureAtMs = 0
  return {
    async doWhatIsDue() {
      if (performance.now() >= measureAtMs) {
        const { rows, oldestS } = await outboxBacklog(client)
        metrics.outboxRows.set(rows)
        metrics.outboxAgeS.set(oldestS)
        measureAtMs = performance.now() + BACKLOG_METRIC_MS
      }
      if (performance.now() >= deleteAtMs) {
        const isMore = await deleteOld(client)
        deleteAtMs = performance.now() + (isMore ? 0 : HOUSEKEEPING_MS)
      }
    },
  }
}

async function takeLock(client: ClientBase): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [RELAY_LOCK])
  if (rows[0]?.locked !== true) return false
  // A relay that is frozen or cut off is silent: the server then ends its session, and another one leads.
  await client.query(`SET idle_session_timeout = ${MAX_SILENCE_MS}`)
  // No commit of a relay waits for the disk: a mark that a crash of Postgres takes with it has its event published again, as the same.
  await client.query('SET synchronous_commit = off')
  return true
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
