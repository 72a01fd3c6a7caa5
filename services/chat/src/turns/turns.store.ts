import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Plan, TurnRow } from './turn.ts'

/** What can be said about a request before anything is reserved or written. */
export interface Lookup {
  turn: TurnRow | null
  ownsConversation: boolean
  hasParent: boolean
}

export interface NewTurn {
  id: string
  userId: string
  conversationId: string
  isNewConversation: boolean
  /** Null when the question is a message that is already there (`userMessageId`). */
  question: { text: string; parentId: string | null } | null
  userMessageId: string
  assistantMessageId: string
  title: string | null
  model: string | null
  plan: Plan
  requestHash: Uint8Array<ArrayBuffer>
  owner: string
  leaseMs: number
  traceParent: string | null
}

export type TurnStore = ReturnType<typeof createTurnStore>

export function createTurnStore(prisma: PrismaClient) {
  const find = async (id: string): Promise<TurnRow | null> => {
    const [row] = await prisma.$queryRaw<TurnRow[]>`
      SELECT t.id, t.user_id AS "userId", t.conversation_id AS "conversationId", t.user_message_id AS "userMessageId",
             t.assistant_message_id AS "assistantMessageId", t.request_hash AS "requestHash", t.status,
             CASE WHEN t.ended_at IS NULL THEN t.text ELSE m.text END AS text, t.seq,
             t.error_code AS "errorCode", t.error_message AS "errorMessage", t.retry_after_s AS "retryAfterS"
      FROM turn t JOIN message m ON m.id = t.assistant_message_id
      WHERE t.id = ${id}::uuid`
    return row ?? null
  }

  return {
    /** Whoever owns it. */
    find,

    async look(request: { id: string; userId: string; conversationId: string | null; parentId: string | null }): Promise<Lookup> {
      const { id, userId, conversationId, parentId } = request
      const [turn, [found]] = await Promise.all([
        find(id),
        prisma.$queryRaw<{ ownsConversation: boolean; hasParent: boolean }[]>`
          SELECT EXISTS (SELECT FROM conversation WHERE id = ${conversationId}::uuid AND user_id = ${userId}::uuid) AS "ownsConversation",
                 EXISTS (SELECT FROM message WHERE id = ${parentId}::uuid AND conversation_id = ${conversationId}::uuid) AS "hasParent"`,
      ])
      return { turn, ownsConversation: found?.ownsConversation ?? false, hasParent: found?.hasParent ?? false }
    },

    /**
     * Writes question, empty answer and leased turn, with the conversation where it is new: one statement, all or
     * nothing. Null when the turn is already there or the conversation is not (any more) the user's.
     *
     * The conversation's row is locked before the turn is inserted, so that two questions sent at once stand one after
     * the other, whichever comes first. A repeated id waits for the first one at the turn's primary key.
     */
    async start(turn: NewTurn): Promise<{ model: string } | null> {
      const { question } = turn
      const [row] = await prisma.$queryRaw<{ model: string }[]>`
        WITH known AS (
          SELECT id, model, head_message_id FROM conversation
          WHERE id = ${turn.conversationId}::uuid AND user_id = ${turn.userId}::uuid AND NOT ${turn.isNewConversation}::boolean
          FOR UPDATE
        ), target AS (
          SELECT id, model, head_message_id FROM known
          UNION ALL
          SELECT ${turn.conversationId}::uuid, NULL, NULL WHERE ${turn.isNewConversation}::boolean
        ), started AS (
          INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model,
                            status, owner, lease_until, trace_parent)
          SELECT ${turn.id}::uuid, ${turn.userId}::uuid, target.id, ${turn.userMessageId}::uuid, ${turn.assistantMessageId}::uuid,
                 ${turn.requestHash}::bytea, ${turn.plan}::text, coalesce(${turn.model}::text, target.model, 'auto'),
                 'running', ${turn.owner}::text, now() + ${turn.leaseMs}::integer * interval '1 millisecond', ${turn.traceParent}::text
          FROM target
          ON CONFLICT (id) DO NOTHING
          RETURNING conversation_id, model
        ), conversation_made AS (
          INSERT INTO conversation (id, user_id, title, model, head_message_id)
          SELECT conversation_id, ${turn.userId}::uuid, ${turn.title}::text, ${turn.model}::text, ${turn.assistantMessageId}::uuid
          FROM started WHERE ${turn.isNewConversation}::boolean
        ), conversation_touched AS (
          UPDATE conversation c
          SET last_activity_at = now(), head_message_id = ${turn.assistantMessageId}::uuid, title = coalesce(c.title, ${turn.title}::text)
          FROM started WHERE c.id = started.conversation_id
        ), question AS (
          INSERT INTO message (id, conversation_id, parent_id, role, text, status)
          SELECT ${turn.userMessageId}::uuid, target.id, coalesce(${question?.parentId ?? null}::uuid, target.head_message_id), 'user',
                 ${question?.text ?? ''}::text, 'completed'
          FROM started, target WHERE ${question !== null}::boolean
        ), answer AS (
          INSERT INTO message (id, conversation_id, parent_id, role, text, status)
          SELECT ${turn.assistantMessageId}::uuid, conversation_id, ${turn.userMessageId}::uuid, 'assistant', '', 'running' FROM started
        )
        SELECT model FROM started`
      return row ?? null
    },

    /** Makes the wish to stop outlive the broadcast and the owner. Null when the turn is not the user's. */
    async requestStop(userId: string, id: string): Promise<TurnRow | null> {
      await prisma.$executeRaw`
        UPDATE turn SET stop_requested_at = now()
        WHERE id = ${id}::uuid AND user_id = ${userId}::uuid AND status IN ('queued', 'running') AND stop_requested_at IS NULL`
      const row = await find(id)
      return row?.userId === userId ? row : null
    },
  }
}
