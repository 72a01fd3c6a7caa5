import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { publishEvent, type Relay } from '@parley/messaging'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { MessageRow } from '../messages/message.ts'
import { messageColumns } from '../messages/messages.store.ts'
import { type CallFigures, type Ending, roughTokens } from './ending.ts'
import type { StoredShown } from './shown-answer.ts'
import type { TurnWork } from './turn.ts'

export interface EndedTurn {
  /** The stored answer. */
  message: MessageRow
  endedAt: Date
}

export type EndingStore = ReturnType<typeof createEndingStore>

export function createEndingStore(prisma: PrismaClient, relay: Pick<Relay, 'wake'>) {
  return {
    /**
     * Stores the answer and the fact that it ended, in one transaction. Null when the turn is not at this attempt or
     * has ended already: nothing was changed then.
     */
    async end(work: TurnWork, answer: StoredShown, ending: Ending): Promise<EndedTurn | null> {
      const ended = await prisma.$transaction(async (tx) => {
        const stored = await storeAnswer(tx, work, answer, ending)
        if (stored) await publishEnding(tx, work, stored, ending)
        return stored
      })
      if (ended) relay.wake()
      return ended
    },

    /** What this very attempt stored, when the confirmation of `end` was lost on its way. */
    async findEnded({ id, attempt }: TurnWork): Promise<EndedTurn | null> {
      const [row] = await prisma.$queryRaw<(MessageRow & { endedAt: Date })[]>`
        SELECT ${messageColumns}, t.ended_at AS "endedAt"
        FROM turn t JOIN message m ON m.id = t.assistant_message_id
        WHERE t.id = ${id}::uuid AND t.attempt = ${attempt}::integer AND t.ended_at IS NOT NULL`
      return row ? { message: row, endedAt: row.endedAt } : null
    },

    /** Adds what a call used to its answer's figures. The second time changes nothing. */
    addCall: (tx: Prisma.TransactionClient, turnId: string, call: CallFigures): Promise<number> => tx.$executeRaw`
      WITH added AS (
        INSERT INTO model_call (id, turn_id, input_tokens, output_tokens, cost_micro_usd)
        SELECT ${call.id}::uuid, id, ${call.inputTokens}::integer, ${call.outputTokens}::integer, ${call.costMicroUsd}::bigint
        FROM turn WHERE id = ${turnId}::uuid
        ON CONFLICT (id) DO NOTHING
        RETURNING turn_id, input_tokens, output_tokens, cost_micro_usd
      )
      UPDATE message m
      SET input_tokens = coalesce(m.input_tokens, 0) + added.input_tokens,
          output_tokens = coalesce(m.output_tokens, 0) + added.output_tokens,
          cost_micro_usd = coalesce(m.cost_micro_usd, 0) + added.cost_micro_usd
      FROM added JOIN turn t ON t.id = added.turn_id
      WHERE m.id = t.assistant_message_id`,

    /** Gives the reservation back of a turn that was never written. A turn that is there after all keeps it. */
    async release(turn: { id: string; userId: string; conversationId: string }, code: string): Promise<void> {
      await prisma.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ now: Date; isThere: boolean }[]>`
          SELECT now() AS now, EXISTS (SELECT FROM turn WHERE id = ${turn.id}::uuid) AS "isThere"`
        if (!row || row.isThere) return
        const { id: turnId, userId, conversationId } = turn
        const message = { turnId, userId, conversationId, code, occurredAt: timestampFromDate(row.now) }
        await publishEvent(tx, events.turnFailed, { aggregateId: turnId, message })
      })
      relay.wake()
    },
  }
}

async function storeAnswer(
  tx: Prisma.TransactionClient,
  work: TurnWork,
  { text, seq, marks }: StoredShown,
  ending: Ending,
): Promise<EndedTurn | null> {
  const { call } = ending
  const error = ending.status === 'failed' ? ending.error : null
  // Figures are added, not set: the events of earlier calls of this answer may have come first, or come later.
  const [row] = await tx.$queryRaw<(MessageRow & { endedAt: Date })[]>`
    WITH ended AS (
      UPDATE turn
      SET status = ${ending.status}, text = '', seq = ${seq}::integer, ended_at = now(),
          marks_from_seq = ${marks.fromSeq}::integer, marks = ${marks.bytes}::bytea,
          error_code = ${error?.code ?? null}::text, error_message = ${error?.message ?? null}::text,
          retry_after_s = ${error?.retryAfter ?? null}::integer
      WHERE id = ${work.id}::uuid AND attempt = ${work.attempt}::integer AND status IN ('queued', 'running')
      RETURNING id, conversation_id, assistant_message_id, created_at, ended_at
    ), added AS (
      INSERT INTO model_call (id, turn_id, input_tokens, output_tokens, cost_micro_usd)
      SELECT ${call?.id ?? null}::uuid, id, ${call?.inputTokens ?? 0}::integer, ${call?.outputTokens ?? 0}::integer,
             ${call?.costMicroUsd ?? 0n}::bigint
      FROM ended WHERE ${call !== null}::boolean
      ON CONFLICT (id) DO NOTHING
      RETURNING turn_id, input_tokens, output_tokens, cost_micro_usd
    ), touched AS (
      UPDATE conversation c SET last_activity_at = now() FROM ended WHERE c.id = ended.conversation_id
    )
    UPDATE message m
    SET text = ${text}::text, status = ${ending.status},
        model = coalesce(${ending.model}::text, m.model), provider = coalesce(${ending.provider}::text, m.provider),
        input_tokens = CASE WHEN added.turn_id IS NULL THEN m.input_tokens ELSE coalesce(m.input_tokens, 0) + added.input_tokens END,
        output_tokens = CASE WHEN added.turn_id IS NULL THEN m.output_tokens ELSE coalesce(m.output_tokens, 0) + added.output_tokens END,
        cost_micro_usd = CASE WHEN added.turn_id IS NULL THEN m.cost_micro_usd ELSE coalesce(m.cost_micro_usd, 0) + added.cost_micro_usd END,
        latency_ms = (extract(epoch FROM t.ended_at - t.created_at) * 1000)::integer
    FROM ended t LEFT JOIN added ON added.turn_id = t.id
    WHERE m.id = t.assistant_message_id
    RETURNING ${messageColumns}, t.ended_at AS "endedAt"`
  return row ? { message: row, endedAt: row.endedAt } : null
}

async function publishEnding(tx: Prisma.TransactionClient, work: TurnWork, { message, endedAt }: EndedTurn, ending: Ending): Promise<void> {
  const { id: turnId, userId, conversationId, assistantMessageId, attempt } = work
  const occurredAt = timestampFromDate(endedAt)
  const base = { turnId, userId, conversationId, occurredAt }
  if (ending.status === 'completed') {
    await publishEvent(tx, events.turnCompleted, {
      aggregateId: turnId,
      message: {
        ...base,
        assistantMessageId,
        attempt,
        model: message.model ?? '',
        provider: message.provider ?? '',
        inputTokens: BigInt(message.inputTokens ?? 0),
        outputTokens: BigInt(message.outputTokens ?? 0),
        costMicroUsd: message.costMicroUsd ?? 0n,
        latencyMs: BigInt(message.latencyMs ?? 0),
      },
    })
  } else if (ending.status === 'stopped') {
    // The figures so far may be those of an earlier call alone, one that ended before its first word.
    const outputTokens = BigInt(Math.max(message.outputTokens ?? 0, roughTokens(message.text)))
    await publishEvent(tx, events.turnStopped, { aggregateId: turnId, message: { ...base, outputTokens } })
  } else {
    await publishEvent(tx, events.turnFailed, { aggregateId: turnId, message: { ...base, code: ending.error.code } })
  }
}
