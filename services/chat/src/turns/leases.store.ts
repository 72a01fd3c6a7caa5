import type { Sql } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { StoredMarks } from './frame-marks.ts'
import type { Plan, TurnWork } from './turn.ts'

/** Names one attempt at a turn. Every write below changes nothing when the row has moved on to another attempt. */
export interface Attempt {
  id: string
  attempt: number
}

export interface AnswerSnapshot extends Attempt {
  text: string
  seq: number
  marks: StoredMarks
  /** The model call that wrote the last of the text, where one is known. */
  writerId: string | null
}

/** A turn whose owner is gone, now leased by the caller under a new attempt. */
export interface ClaimedTurn extends TurnWork {
  text: string
  seq: number
  marksFromSeq: number
  marks: Uint8Array | null
  /** Owners that vanished over this turn so far. */
  lostOwners: number
  /** False when the last owner handed it over: it says nothing more. */
  isOwnerLost: boolean
  isStopRequested: boolean
  isQueued: boolean
  /** As the last stored text says; text that was shown after it may be another call's. */
  writerId: string | null
}

/** A turn that is still the caller's. */
export interface HeldTurn {
  id: string
  isStopRequested: boolean
}

export interface TakeWaiting {
  owner: string
  /** The full replica. */
  from: string
  leaseMs: number
  limit: number
  /** Answers of one user that may be written at a time, by plan. */
  runningPerUser: Readonly<Record<Plan, number>>
}

/** A queued turn whose user may have this many running ones. */
export interface Waiting extends Attempt {
  userId: string
  slots: number
}

const shownColumns = Prisma.sql`text = shown.text, seq = shown.seq, marks_from_seq = shown.marks_from_seq, marks = decode(shown.marks, 'base64'), charged_call_id = shown.writer_id`

/** What a turn is and what was shown of it, out of `turn t`. */
const workColumns = Prisma.sql`
  t.id, t.user_id AS "userId", t.conversation_id AS "conversationId", t.user_message_id AS "userMessageId",
  t.assistant_message_id AS "assistantMessageId", t.plan, t.model, t.is_fresh AS "isFresh", t.attempt, t.trace_parent AS "traceParent",
  t.text, t.seq, t.marks_from_seq AS "marksFromSeq", t.marks`

/** Snapshots as rows `shown`. */
const rowsOf = (snapshots: AnswerSnapshot[]): Prisma.Sql => Prisma.sql`
  unnest(${snapshots.map(({ id }) => id)}::uuid[], ${snapshots.map(({ attempt }) => attempt)}::integer[],
         ${snapshots.map(({ text }) => text)}::text[], ${snapshots.map(({ seq }) => seq)}::integer[],
         ${snapshots.map(({ marks }) => marks.fromSeq)}::integer[],
         ${snapshots.map(({ marks }) => Buffer.from(marks.bytes).toString('base64'))}::text[],
         ${snapshots.map(({ writerId }) => writerId)}::uuid[])
    AS shown (id, attempt, text, seq, marks_from_seq, marks, writer_id)`

/**
 * From now on, and never less than another statement of the same owner has given meanwhile: two of them may be under way at once.
 */
const extendedBy = (leaseMs: number): Prisma.Sql =>
  Prisma.sql`lease_until = greatest(t.lease_until, now() + ${leaseMs}::integer * interval '1 millisecond')`

const heldColumns = Prisma.sql`t.id, t.stop_requested_at IS NOT NULL AS "isStopRequested"`

export type LeaseStore = ReturnType<typeof createLeaseStore>

/** Leases and running texts of all turns of a replica, one statement for all. Time is the database's. */
export function createLeaseStore(sql: Sql) {
  return {
    /** Extends the leases. What is not returned belongs to another owner now, has ended or was deleted. */
    renew(attempts: Attempt[], leaseMs: number): Promise<HeldTurn[]> {
      return sql.$queryRaw<HeldTurn[]>`
        UPDATE turn t SET ${extendedBy(leaseMs)}
        FROM unnest(${attempts.map(({ id }) => id)}::uuid[], ${attempts.map(({ attempt }) => attempt)}::integer[]) AS mine (id, attempt)
        WHERE t.id = mine.id AND t.attempt = mine.attempt AND t.status IN ('queued', 'running')
        RETURNING ${heldColumns}`
    },

    /** Stores what is shown so far. It is written to the same rows, so it extends the leases too. Returns like `renew`. */
    saveTexts(snapshots: AnswerSnapshot[], leaseMs: number): Promise<HeldTurn[]> {
      return sql.$queryRaw<HeldTurn[]>`
        UPDATE turn t SET ${shownColumns}, ${extendedBy(leaseMs)}
        FROM ${rowsOf(snapshots)}
        WHERE t.id = shown.id AND t.attempt = shown.attempt AND t.status IN ('queued', 'running')
        RETURNING ${heldColumns}`
    },

    /** Stores what is shown and ends the leases at once: any replica may go on. */
    async handOver(snapshots: AnswerSnapshot[]): Promise<void> {
      await sql.$executeRaw`
        UPDATE turn t SET ${shownColumns}, owner = NULL, lease_until = now()
        FROM ${rowsOf(snapshots)}
        WHERE t.id = shown.id AND t.attempt = shown.attempt AND t.status IN ('queued', 'running')`
    },

    /**
     * Lets queued turns run, each in the lowest free place of its user: at most one of a user at a time. Returns those
     * that have one now, also where an earlier answer to this was lost on its way. Throws when another replica took the same place at that moment: ask again.
     */
    async promote(waiting: Waiting[]): Promise<string[]> {
      const rows = await sql.$queryRaw<{ id: string }[]>`
        UPDATE turn t SET status = 'running', slot = CASE WHEN t.status = 'running' THEN t.slot ELSE free.slot END
        FROM (
          SELECT asked.id, asked.attempt, (
            SELECT min(place) FROM generate_series(1, asked.slots) AS place
            WHERE NOT EXISTS (
              SELECT FROM turn other
              WHERE other.user_id = asked.user_id AND other.slot = place AND other.id <> asked.id AND other.status IN ('queued', 'running')
            )
          ) AS slot
          FROM unnest(${waiting.map(({ id }) => id)}::uuid[], ${waiting.map(({ attempt }) => attempt)}::integer[],
                      ${waiting.map(({ userId }) => userId)}::uuid[], ${waiting.map(({ slots }) => slots)}::integer[])
               AS asked (id, attempt, user_id, slots)
        ) AS free
        WHERE t.id = free.id AND t.attempt = free.attempt AND (t.status = 'running' OR t.status = 'queued' AND free.slot IS NOT NULL)
        RETURNING t.id`
      return rows.map(({ id }) => id)
    },

    /** Takes up to `limit` turns whose lease has ended. Replicas that look at the same time get different ones. */
    claim(options: { owner: string; leaseMs: number; limit: number; except: string[] }): Promise<ClaimedTurn[]> {
      const { owner, leaseMs, limit, except } = options
      return sql.$queryRaw<ClaimedTurn[]>`
        WITH ended AS (
          SELECT id, owner FROM turn
          WHERE status IN ('queued', 'running') AND lease_until <= now() AND id <> ALL (${except}::uuid[])
          ORDER BY lease_until, created_at LIMIT ${limit}
          FOR UPDATE SKIP LOCKED
        )
        UPDATE turn t
        SET attempt = t.attempt + 1, owner = ${owner}::text, lease_until = now() + ${leaseMs}::integer * interval '1 millisecond',
            lost_owners = t.lost_owners + (ended.owner IS NOT NULL)::integer
        FROM ended WHERE t.id = ended.id
        RETURNING ${workColumns}, t.lost_owners AS "lostOwners",
                  ended.owner IS NOT NULL AS "isOwnerLost", t.stop_requested_at IS NOT NULL AS "isStopRequested",
                  t.status = 'queued' AS "isQueued", t.charged_call_id AS "writerId"`
    },

    /**
     * Takes turns that wait on a full replica and lets them run: the oldest of each user, where it has a free place.
     * Neither those that were taken or let in a moment before, nor those that are to stop. Throws when a place was taken at
     * that moment: ask again.
     */
    takeWaiting({ owner, from, leaseMs, limit, runningPerUser }: TakeWaiting): Promise<ClaimedTurn[]> {
      return sql.$queryRaw<ClaimedTurn[]>`
        WITH chosen AS (
          SELECT t.id, free.slot FROM turn t CROSS JOIN LATERAL (
            SELECT min(place) AS slot FROM generate_series(1, (${JSON.stringify(runningPerUser)}::jsonb ->> t.plan)::integer) AS place
            WHERE NOT EXISTS (SELECT FROM turn other WHERE other.user_id = t.user_id AND other.slot = place AND other.status IN ('queued', 'running'))
          ) AS free
          WHERE t.status = 'queued' AND t.owner = ${from}::text AND t.owner <> ${owner}::text AND t.lease_until > now()
            AND t.stop_requested_at IS NULL AND free.slot IS NOT NULL
            AND NOT EXISTS (
              SELECT FROM turn older
              WHERE older.user_id = t.user_id AND older.status = 'queued' AND older.assistant_message_id < t.assistant_message_id
            )
          ORDER BY t.assistant_message_id LIMIT ${limit}::integer
          FOR UPDATE OF t SKIP LOCKED
        )
        UPDATE turn t
        SET status = 'running', slot = chosen.slot, attempt = t.attempt + 1, owner = ${owner}::text,
            lease_until = now() + ${leaseMs}::integer * interval '1 millisecond'
        FROM chosen WHERE t.id = chosen.id
        RETURNING ${workColumns}, t.lost_owners AS "lostOwners", true AS "isOwnerLost", false AS "isStopRequested", true AS "isQueued",
                  t.charged_call_id AS "writerId"`
    },
  }
}
