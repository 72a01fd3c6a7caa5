import type { ClientBase, Pool } from '@parley/database'

/** A fact waiting to be published. */
export interface OutboxRow {
  id: string
  aggregate_id: string
  subject: string
  payload: string
  headers: Record<string, string>
  created_at: Date
}

/**
 * The oldest unpublished rows. Never 'rows after the last one seen': a transaction that took its position early and
 * committed late would be skipped.
 */
export async function findUnpublished(client: ClientBase, limit: number): Promise<OutboxRow[]> {
  const { rows } = await client.query<OutboxRow>({
    name: 'outbox_unpublished',
    text: `SELECT id, aggregate_id, subject, payload::text AS payload, headers, created_at
           FROM messaging.outbox WHERE published_at IS NULL ORDER BY position LIMIT $1`,
    values: [limit],
  })
  return rows
}

export async function markPublished(client: ClientBase, ids: string[]): Promise<void> {
  const text = 'UPDATE messaging.outbox SET published_at = now() WHERE id = ANY($1::uuid[])'
  await client.query({ name: 'outbox_published', text, values: [ids] })
}

export async function outboxBacklog(client: ClientBase): Promise<{ rows: number; oldestS: number }> {
  const { rows } = await client.query<{ rows: number; oldest_s: number }>(
    `SELECT count(*)::int AS rows, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS oldest_s
     FROM messaging.outbox WHERE published_at IS NULL`,
  )
  return { rows: rows[0]?.rows ?? 0, oldestS: rows[0]?.oldest_s ?? 0 }
}

/** Rows of one statement: short enough that nobody waits for its locks. */
const BATCH = 2_000

/**
 * Marks what was published since `since` as unpublished, so that the relay publishes it again; receivers that had it
 * already notice by its id. For a JetStream store that was lost (N-7). May be interrupted and repeated.
 *
 * @returns how many events go out again
 */
export async function replayOutbox(pool: Pool | ClientBase, { since }: { since: Date }): Promise<number> {
  const { rows } = await pool.query<{ now: Date }>("SELECT now() + interval '1 ms' AS now")
  const before = rows[0]?.now
  for (let total = 0; ; ) {
    const { rowCount } = await pool.query(
      `UPDATE messaging.outbox SET published_at = NULL WHERE id IN (
         SELECT id FROM messaging.outbox WHERE published_at >= $1 AND published_at < $2 ORDER BY published_at LIMIT ${BATCH})`,
      [since, before],
    )
    total += rowCount ?? 0
    if (rowCount !== BATCH) return total
  }
}

/**
 * Deletes one batch of what was published 7 days ago, and of what was handled 21 days ago, which is longer than a replayed
 * event can still arrive.
 *
 * @returns whether there may be more
 */
export async function deleteOld(pool: Pool | ClientBase): Promise<boolean> {
  const outbox = await pool.query(
    `DELETE FROM messaging.outbox WHERE id IN (
       SELECT id FROM messaging.outbox WHERE published_at < now() - interval '7 days' ORDER BY published_at LIMIT ${BATCH})`,
  )
  const inbox = await pool.query(
    `DELETE FROM messaging.inbox WHERE (consumer, event_id) IN (
       SELECT consumer, event_id FROM messaging.inbox WHERE handled_at < now() - interval '21 days' ORDER BY handled_at LIMIT ${BATCH})`,
  )
  return outbox.rowCount === BATCH || inbox.rowCount === BATCH
}
