import type { Sql } from '@parley/database'

/** How long a round stays with an owner that is not heard of. Many times what one batch takes. */
const LEASE = '1 minute'
const EVERY = '1 hour'

export type RoundStore = ReturnType<typeof createRoundStore>

/** Who deletes old conversations: one process at a time, by the database's clock. */
export function createRoundStore(sql: Sql) {
  return {
    /**
     * Begins a round, or takes on the one of an owner that vanished. False while another process is at it, or when the
     * last one ended less than an hour ago and this one is not asked for by a person (`isOrdered`).
     */
    async claim(owner: string, { isOrdered }: { isOrdered: boolean }): Promise<boolean> {
      const claimed = await sql.$executeRaw`
        INSERT INTO retention_round AS known (id, owner, lease_until) VALUES (1, ${owner}, now() + ${LEASE}::interval)
        ON CONFLICT (id) DO UPDATE
        SET owner = EXCLUDED.owner, lease_until = EXCLUDED.lease_until, started_at = now(), finished_at = NULL
        WHERE known.lease_until <= now()
          AND (${isOrdered}::boolean OR known.finished_at IS NULL OR known.finished_at <= now() - ${EVERY}::interval)`
      return claimed > 0
    },

    /** False when another process has taken the round over. */
    async keep(owner: string): Promise<boolean> {
      return (await sql.$executeRaw`UPDATE retention_round SET lease_until = now() + ${LEASE}::interval WHERE owner = ${owner}`) > 0
    },

    /** Ends the round; one that is not complete is gone on with by whoever looks next. */
    async end(owner: string, { isComplete }: { isComplete: boolean }): Promise<void> {
      await sql.$executeRaw`
        UPDATE retention_round SET lease_until = now(), finished_at = CASE WHEN ${isComplete}::boolean THEN now() END WHERE owner = ${owner}`
    },
  }
}
