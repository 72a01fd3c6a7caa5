import type { Pool } from '@parley/database'

/** An event that was set aside. */
export interface DeadLetter {
  id: string
  consumer: string
  eventId: string
  subject: string
  reason: string
  createdAt: Date
  replayRequestedAt: Date | null
  replayedAt: Date | null
}

/** The newest dead letters of this service, open ones only unless asked otherwise. Payloads stay in the database. */
export async function listDeadLetters(
  pool: Pool,
  { consumer, includeReplayed = false, limit = 100 }: { consumer?: string; includeReplayed?: boolean; limit?: number } = {},
): Promise<DeadLetter[]> {
  const { rows } = await pool.query<DeadLetter>(
    `SELECT id, consumer, event_id AS "eventId", subject, reason, created_at AS "createdAt",
            replay_requested_at AS "replayRequestedAt", replayed_at AS "replayedAt"
     FROM messaging.dead_letter
     WHERE ($1::text IS NULL OR consumer = $1) AND ($2 OR replayed_at IS NULL)
     ORDER BY created_at DESC LIMIT $3`,
    [consumer ?? null, includeReplayed, limit],
  )
  return rows
}

/**
 * Has the consumer try a dead letter again within seconds, in whichever replica looks first.
 *
 * @returns false when there is no such open dead letter
 */
export async function replayDeadLetter(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE messaging.dead_letter SET replay_requested_at = now() WHERE id = $1::uuid AND replayed_at IS NULL',
    [id],
  )
  return rowCount === 1
}
