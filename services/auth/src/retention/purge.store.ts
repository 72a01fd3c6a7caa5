import type { Database } from '../database.ts'

/** How long what is over is kept for questions about it. */
const KEEP = '7 days'

export function purgeStore(database: Database) {
  return {
    /** Deletes a batch of what is long over, at most `limit` of each kind; returns how many rows that were. */
    async purgeBatch(limit: number): Promise<number> {
      const purged = [
        await database.$executeRaw`
          DELETE FROM session WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM session WHERE expires_at < now() - ${KEEP}::interval LIMIT ${limit}::int))`,
        await database.$executeRaw`
          DELETE FROM api_key WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM api_key WHERE revoked_at < now() - ${KEEP}::interval LIMIT ${limit}::int))`,
        await database.$executeRaw`
          DELETE FROM email_token WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM email_token WHERE expires_at < now() - ${KEEP}::interval LIMIT ${limit}::int))`,
        await database.$executeRaw`
          DELETE FROM email_request WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM email_request WHERE handled_at < now() - ${KEEP}::interval LIMIT ${limit}::int))`,
        await database.$executeRaw`
          DELETE FROM login_attempt WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM login_attempt WHERE attempted_at < now() - ${KEEP}::interval LIMIT ${limit}::int))`,
      ]
      return purged.reduce((sum, rows) => sum + rows, 0)
    },
  }
}
