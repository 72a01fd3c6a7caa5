import { v7 as newId } from 'uuid'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { ClaimedMail, NewMail, Outcome, Verdict } from './mail.ts'

/** Longer than any try may take (see `send-mail.ts` and `smtp.client.ts`); then the replica that had it is dead. */
const LEASE_S = 120

/** Adds a mail in the caller's transaction; false when the same was asked for before. */
export async function queueMail(
  tx: Prisma.TransactionClient,
  mail: NewMail,
  traceHeaders: Record<string, string | undefined>,
): Promise<boolean> {
  const { count } = await tx.mail.createMany({ data: [{ id: newId(), ...mail, traceHeaders }], skipDuplicates: true })
  return count === 1
}

export type MailStore = ReturnType<typeof createMailStore>

/** The queue. Time is the database's: replicas may disagree about theirs. */
export function createMailStore(prisma: PrismaClient) {
  return {
    /** Takes the mail that is due longest, and its lease. A mail whose lease has ended was left by a dead replica. */
    async claim(): Promise<ClaimedMail | undefined> {
      const [mail] = await prisma.$queryRaw<ClaimedMail[]>`
        UPDATE mail SET attempts = attempts + 1, lease_until = now() + make_interval(secs => ${LEASE_S})
        WHERE id = (
          SELECT id FROM mail
          WHERE status = 'queued' AND next_attempt_at <= now() AND (lease_until IS NULL OR lease_until < now())
          ORDER BY next_attempt_at
          LIMIT 1
          FOR UPDATE SKIP LOCKED
        )
        RETURNING id, user_id AS "userId", kind, details, attempts AS attempt, refusals,
                  extract(epoch FROM now() - created_at)::float8 AS "ageS", trace_headers AS "traceHeaders"`
      return mail
    },

    /** Writes down how a try ended and gives the mail back. Does nothing when a later try has begun: then this one was given up for dead. */
    async settle({ id, attempt }: Pick<ClaimedMail, 'id' | 'attempt'>, outcome: Outcome, verdict: Verdict): Promise<boolean> {
      const code = outcome.status === 'sent' ? null : outcome.code
      const refusal = outcome.status === 'refused' ? 1 : 0
      const waitS = verdict.status === 'queued' ? verdict.waitS : 0
      const isDone = verdict.status !== 'queued'
      const changed = await prisma.$executeRaw`
        UPDATE mail SET status = ${verdict.status}, last_error = ${code}, refusals = refusals + ${refusal}::int, lease_until = NULL,
               next_attempt_at = now() + make_interval(secs => ${waitS}::float8),
               finished_at = CASE WHEN ${isDone}::boolean THEN now() END
        WHERE id = ${id}::uuid AND attempts = ${attempt}::int AND status = 'queued'`
      return changed === 1
    },

    /** For the metrics: how many wait, for how long the oldest of them, and how many were given up. */
    async backlog(): Promise<{ queued: number; oldestS: number; failed: number }> {
      const [row] = await prisma.$queryRaw<{ queued: number; oldestS: number; failed: number }[]>`
        SELECT count(*) FILTER (WHERE status = 'queued')::int AS queued,
               coalesce(extract(epoch FROM now() - min(created_at) FILTER (WHERE status = 'queued')), 0)::float8 AS "oldestS",
               count(*) FILTER (WHERE status = 'failed')::int AS failed
        FROM mail WHERE status IN ('queued', 'failed')`
      return row ?? { queued: 0, oldestS: 0, failed: 0 }
    },

    /**
     * Deletes a batch of mails that were sent or skipped this long ago; those given up stay until a person has seen them.
     * Returns how many rows that were.
     */
    purgeBatch: (keptS: number, limit: number): Promise<number> => prisma.$executeRaw`
      DELETE FROM mail WHERE id IN (
        SELECT id FROM mail
        WHERE status IN ('sent', 'skipped') AND finished_at < now() - make_interval(secs => ${keptS}::float8)
        LIMIT ${limit}::int)`,
  }
}
