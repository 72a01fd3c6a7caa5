import { type Sql, unhurried, untilDurable } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { UserSlots } from '../admission/limits.ts'
import { type BranchRow, branchAbove, branchColumns, pathFrom } from '../context/context.store.ts'
import type { Branch } from '../context/context-window.ts'
import type { Plan, TurnRow } from './turn.ts'

/** Where a question hangs: on the end of the branch that is shown, or on a message; null is the conversation's beginning. */
export type QuestionParent = 'head' | { id: string | null }

export interface NewTurn {
  id: string
  userId: string
  conversationId: string
  isNewConversation: boolean
  /** Null when the question is a message that is already there (`userMessageId`) and gets another answer. */
  question: { text: string; parent: QuestionParent } | null
  userMessageId: string
  assistantMessageId: string
  title: string | null
  model: string | null
  plan: Plan
  requestHash: Uint8Array<ArrayBuffer>
  owner: string
  leaseMs: number
  traceParent: string | null
  /** The places among the user's turns. */
  slots: UserSlots
  /** This replica is full: the turn waits, also where its user has a free place. */
  mustWait: boolean
}

export type StartResult =
  /** `branch` ends with the question; null where it has to be read. */
  | { kind: 'started'; model: string; isQueued: boolean; branch: Branch | null }
  /** All places of the user are taken. */
  | { kind: 'full' }
  /** The conversation is not (any more) the user's, or the message to hang the question on not one of it. */
  | { kind: 'gone'; what: 'conversation' | 'parent' }
  /** The turn is there already, or another one took the same place at this moment. */
  | { kind: 'conflict' }

export type TurnStore = ReturnType<typeof createTurnStore>

export function createTurnStore(sql: Sql) {
  const find = async (id: string): Promise<TurnRow | null> => {
    const [row] = await sql.$queryRaw<TurnRow[]>`
      SELECT t.id, t.user_id AS "userId", t.conversation_id AS "conversationId", t.user_message_id AS "userMessageId",
             t.assistant_message_id AS "assistantMessageId", t.request_hash AS "requestHash", t.status,
             CASE WHEN t.ended_at IS NULL THEN t.text ELSE m.text END AS text, t.seq,
             t.marks_from_seq AS "marksFromSeq", t.marks,
             t.error_code AS "errorCode", t.error_message AS "errorMessage", t.retry_after_s AS "retryAfterS",
             CASE WHEN t.status = 'queued' THEN (
               SELECT count(*)::integer FROM turn o WHERE o.user_id = t.user_id AND o.status = 'queued' AND o.created_at <= t.created_at
             ) END AS place
      FROM turn t JOIN message m ON m.id = t.assistant_message_id
      WHERE t.id = ${id}::uuid`
    return row ?? null
  }

  return {
    /** Whoever owns it. */
    find,

    /**
     * Writes question, empty answer and leased turn, with the conversation where it is new: one statement, all or
     * nothing. The turn runs where its user has a free place, and waits in one of those after them otherwise: a turn that
     * waits never holds a place of those that run.
     *
     * The conversation's row is locked before the turn is inserted, so that two questions sent at once stand one after
     * the other, whichever comes first, also by their times. A repeated id waits for the first one at the turn's primary
     * key; two turns of a user that find the same place free meet at the index of the places.
     *
     * What the model is to be shown is read on the way: the next statement would find the same.
     *
     * It does not wait for the disk: the model can be asked meanwhile. Whoever says that the turn was accepted waits with
     * `untilDurable`.
     */
    async start(turn: NewTurn): Promise<StartResult> {
      const { question, slots } = turn
      const parentId = question && question.parent !== 'head' ? question.parent.id : null
      const [row] = await sql.$queryRaw<StartRow[]>`
        WITH RECURSIVE known AS (
          SELECT id, model, head_message_id, path_length, last_activity_at, opening_summary, instructions FROM conversation
          WHERE id = ${turn.conversationId}::uuid AND user_id = ${turn.userId}::uuid AND NOT ${turn.isNewConversation}::boolean
          FOR UPDATE
        ), target AS MATERIALIZED (
          SELECT id, model, greatest(clock_timestamp(), last_activity_at + interval '1 millisecond') AS moment,
                 CASE WHEN ${question?.parent === 'head'}::boolean THEN head_message_id ELSE ${parentId}::uuid END AS parent_id,
                 CASE WHEN ${question === null}::boolean THEN (SELECT depth FROM message WHERE id = ${turn.userMessageId}::uuid)
                      WHEN ${question?.parent === 'head'}::boolean THEN path_length + 1
                      ELSE coalesce((SELECT depth FROM message WHERE id = ${parentId}::uuid), 0) + 1 END AS depth
          FROM known WHERE ${parentId}::uuid IS NULL OR EXISTS (SELECT FROM message WHERE id = ${parentId}::uuid AND conversation_id = known.id)
          UNION ALL
          SELECT ${turn.conversationId}::uuid, NULL, clock_timestamp(), NULL, 1
          WHERE ${turn.isNewConversation}::boolean AND ${parentId}::uuid IS NULL
        ), free AS (
          SELECT min(place) AS slot FROM generate_series(1, ${slots.all}::integer) AS place
          WHERE NOT EXISTS (
            SELECT FROM turn WHERE user_id = ${turn.userId}::uuid AND slot = place AND status IN ('queued', 'running')
          ) AND (place > ${slots.running}::integer OR NOT ${turn.mustWait}::boolean AND NOT EXISTS (
            SELECT FROM turn WHERE user_id = ${turn.userId}::uuid AND slot > ${slots.running}::integer AND status = 'queued'
          ))
        ), started AS (
          INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model, is_fresh,
                            status, slot, owner, lease_until, trace_parent)
          SELECT ${turn.id}::uuid, ${turn.userId}::uuid, target.id, ${turn.userMessageId}::uuid, ${turn.assistantMessageId}::uuid,
                 ${turn.requestHash}::bytea, ${turn.plan}::text, coalesce(${turn.model}::text, target.model, 'auto'), ${question === null}::boolean,
                 CASE WHEN free.slot > ${slots.running}::integer THEN 'queued' ELSE 'running' END,
                 free.slot, ${turn.owner}::text, now() + ${turn.leaseMs}::integer * interval '1 millisecond', ${turn.traceParent}::text
          FROM target, free WHERE free.slot IS NOT NULL
          ON CONFLICT DO NOTHING
          RETURNING conversation_id, model, status
        ), conversation_made AS (
          INSERT INTO conversation (id, user_id, title, model, head_message_id, path_length)
          SELECT conversation_id, ${turn.userId}::uuid, ${turn.title}::text, ${turn.model}::text, ${turn.assistantMessageId}::uuid, 2
          FROM started WHERE ${turn.isNewConversation}::boolean
        ), conversation_touched AS (
          UPDATE conversation c
          SET last_activity_at = target.moment, head_message_id = ${turn.assistantMessageId}::uuid, path_length = target.depth + 1,
              title = coalesce(c.title, ${turn.title}::text)
          FROM target WHERE c.id = ${turn.conversationId}::uuid AND EXISTS (SELECT FROM started)
        ), question AS (
          INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status, created_at)
          SELECT ${turn.userMessageId}::uuid, target.id, target.parent_id, target.depth, 'user', ${question?.text ?? ''}::text, 'completed', target.moment
          FROM started, target WHERE ${question !== null}::boolean
        ), answer AS (
          INSERT INTO message (id, conversation_id, parent_id, depth, role, text, status, created_at)
          SELECT ${turn.assistantMessageId}::uuid, target.id, ${turn.userMessageId}::uuid, target.depth + 1, 'assistant', '', 'running', target.moment
          FROM started, target
        ), ${pathAboveQuestion}
        SELECT started.model, started.status, (SELECT slot FROM free) AS slot, EXISTS (SELECT FROM target) AS "hasTarget",
               ${turn.isNewConversation}::boolean OR EXISTS (SELECT FROM known) AS "hasConversation",
               (SELECT parent_id FROM target) AS "parentId", ${branchColumns}
        FROM ${unhurried} LEFT JOIN started ON true LEFT JOIN known c ON true
        LEFT JOIN user_instructions u ON u.user_id = ${turn.userId}::uuid`
      if (!row?.hasTarget) return { kind: 'gone', what: row?.hasConversation ? 'parent' : 'conversation' }
      if (row.model !== null) {
        const branch = question && branchAbove({ question: question.text, parentId: row.parentId }, row)
        return { kind: 'started', model: row.model, isQueued: row.status === 'queued', branch }
      }
      return { kind: row.slot === null ? 'full' : 'conflict' }
    },

    /** Resolves when every turn that was started before would survive a crash of Postgres. */
    untilDurable: (): Promise<void> => untilDurable(sql),

    /** Makes the wish to stop outlive the broadcast and the owner. Null when the turn is not the user's. */
    async requestStop(userId: string, id: string): Promise<TurnRow | null> {
      await sql.$executeRaw`
        UPDATE turn SET stop_requested_at = now()
        WHERE id = ${id}::uuid AND user_id = ${userId}::uuid AND status IN ('queued', 'running') AND stop_requested_at IS NULL`
      const row = await find(id)
      return row?.userId === userId ? row : null
    },
  }
}

const pathAboveQuestion = pathFrom(Prisma.sql`SELECT target.parent_id, 2 FROM target`)

interface StartRow extends BranchRow {
  /** Null when nothing was written. */
  model: string | null
  status: string | null
  slot: number | null
  parentId: string | null
  hasTarget: boolean
  hasConversation: boolean
}
