import type { ClientBase } from '@parley/database'
import type { Logger } from '@parley/telemetry'
import type { Bus } from './bus.ts'
import { replayOutbox } from './outbox.store.ts'
import { eventStream } from './streams.ts'

const checkedAtMs = new WeakMap<Bus, number>()
const CHECK_EVERY_MS = 2_000
const OUTBOX_KEPT_MS = 7 * 24 * 60 * 60_000

/**
 * Notices that the event stream is another one than this outbox was published to (its store was lost and it was made
 * anew) and has everything that is still in the outbox published again. Receivers that had it notice by the ids.
 */
export async function republishIfStreamIsNew(bus: Bus, client: ClientBase, logger: Logger): Promise<void> {
  if (performance.now() < (checkedAtMs.get(bus) ?? -CHECK_EVERY_MS) + CHECK_EVERY_MS) return
  const createdAt = await streamCreatedAt(bus)
  if (createdAt === undefined) return
  checkedAtMs.set(bus, performance.now())
  const { rows } = await client.query<{ created_at: Date }>('SELECT created_at FROM messaging.stream WHERE name = $1', [eventStream])
  const known = rows[0]?.created_at
  if (known?.getTime() === createdAt.getTime()) return
  if (known !== undefined) {
    const count = await replayOutbox(client, { since: new Date(Date.now() - OUTBOX_KEPT_MS) })
    logger.warn({ stream: eventStream, count }, 'the event stream is a new one: everything in the outbox is published again')
  }
  await client.query(
    `INSERT INTO messaging.stream (name, created_at) VALUES ($1, $2)
     ON CONFLICT (name) DO UPDATE SET created_at = excluded.created_at`,
    [eventStream, createdAt],
  )
}

/** Milliseconds precision, as JavaScript keeps it; undefined while the stream cannot be asked, having it made if it is missing. */
async function streamCreatedAt(bus: Bus): Promise<Date | undefined> {
  try {
    return new Date((await bus.manager.streams.info(eventStream)).created)
  } catch {
    await bus.ensureStreams().catch(() => {})
    return undefined
  }
}
