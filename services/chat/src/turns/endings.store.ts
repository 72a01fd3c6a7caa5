import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql, Transaction } from '@parley/database'
import { publishEvent, type Relay } from '@parley/messaging'
import type { MessageRow } from '../messages/message.ts'
import { messageColumns } from '../messages/messages.store.ts'
import { type CallFigures, type Ending, roughTokens } from './ending.ts'
import type { StoredShown } from './shown-answer.ts'
import type { TurnWork } from './turn.ts'

/** A call that is over, and who answered it. */
export interface UsedCall extends CallFigures {
  id: string
  model: string
  provider: string
}

export interface EndedTurn {
  /** The stored answer. */
  message: MessageRow
  endedAt: Date
}

export type EndingStore = ReturnType<typeof createEndingStore>

export function createEndingStore(sql: Sql, relay: Pick<Relay, 'wake'>) {
  return {
    /**
     * Stores the answer and the fact that it ended, in one transaction. Null when the turn is not at this attempt or
     * has ended already: nothing was changed then.
     */
    async end(work: TurnWork, answer: StoredShown, ending: Ending): Promise<EndedTurn | null> {
      const ended = await sql.$transaction(async (tx) => {
        const stored = await storeAnswer(tx, work, answer, ending)
        if (stored) await publishEnding(tx, work, stored, ending)
        return stored
      })
      if (ended) relay.wake()
      return ended
    },

    /** What this very attempt stored, when the confirmation of `end` was lost on its way. */
    async findEnded({ id, attempt }: TurnWork): Promise<EndedTurn | null> {
      const [row] = await sql.$queryRaw<(MessageRow & { endedAt: Date })[]>`
        SELECT ${messageColumns}, t.ended_at AS "endedAt"
        FROM turn t JOIN message m ON m.id = t.assistant_message_id
        WHERE t.id = ${id}::uuid AND t.attempt = ${attempt}::integer AND t.ended_at IS NOT NULL`
      return row ? { message: row, endedAt: row.endedAt } : null
    },

    /**
     * Takes down what a call used: on its answer if it is the charged one, and for later as long as its turn has not
     * ended. The turn's row is locked, so that its end either sees this or is seen by it. The second time changes nothing.
     */
    async noteCall(tx: Transaction, turnId: string, call: UsedCall): Promise<void> {
      if (await isTakenDown(tx, turnId, call.id)) return
      const [turn] = await tx.$queryRaw<{ chargedCallId: string | null; hasEnded: boolean }[]>`
        SELECT charged_call_id AS "chargedCallId", ended_at IS NOT NULL AS "hasEnded" FROM turn WHERE id = ${turnId}::uuid FOR SHARE`
      if (!turn) return
      const { id, model, provider, inputTokens, outputTokens, costMicroUsd } = call
      if (!turn.hasEnded) {
        await tx.$executeRaw`
          INSERT INTO model_call (id, turn_id, model, provider, input_tokens, output_tokens, cost_micro_usd)
          VALUES (${id}::uuid, ${turnId}::uuid, ${model}, ${provider}, ${inputTokens}::integer, ${outputTokens}::integer, ${costMicroUsd}::bigint)
          ON CONFLICT (id) DO NOTHING`
      } else if (turn.chargedCallId === id) {
        await tx.$executeRaw`
          UPDATE message m
          SET model = ${model}, provider = ${provider}, input_tokens = ${inputTokens}::integer,
              output_tokens = ${outputTokens}::integer, cost_micro_usd = ${costMicroUsd}::bigint
          FROM turn t WHERE t.id = ${turnId}::uuid AND m.id = t.assistant_message_id`
      }
    },

    /** Gives the reservation back of a turn that was never written, or has failed. Any other turn keeps it. */
    async release(turn: { id: string; userId: string; conversationId: string }, code: string): Promise<void> {
      await sql.$transaction(async (tx) => {
        const [row] = await tx.$queryRaw<{ now: Date; isThere: boolean }[]>`
          SELECT now() AS now, EXISTS (SELECT FROM turn WHERE id = ${turn.id}::uuid AND status <> 'failed') AS "isThere"`
        if (!row || row.isThere) return
        const { id: turnId, userId, conversationId } = turn
        const message = { turnId, userId, conversationId, code, occurredAt: timestampFromDate(row.now) }
        await publishEvent(tx, events.turnFailed, { aggregateId: turnId, message })
      })
      relay.wake()
    },
  }
}

/** Almost always: the end of a turn usually knows the figures of the call it charges, and needs no lock to say so. */
async function isTakenDown(tx: Transaction, turnId: string, callId: string): Promise<boolean> {
  const [turn] = await tx.$queryRaw<{ isTakenDown: boolean }[]>`
    SELECT t.ended_at IS NOT NULL AND (t.charged_call_id IS DISTINCT FROM ${callId}::uuid OR m.cost_micro_usd IS NOT NULL) AS "isTakenDown"
    FROM turn t JOIN message m ON m.id = t.assistant_message_id WHERE t.id = ${turnId}::uuid`
  return turn?.isTakenDown ?? true
}

async function storeAnswer(tx: Transaction, work: TurnWork, { text, seq, marks }: StoredShown, ending: Ending): Promise<EndedTurn | null> {
  const error = ending.status === 'failed' ? ending.error : null
  const chargedCallId = chargedCallOf(ending)
  const figures = ending.status === 'completed' ? ending.figures : null
  const [row] = await tx.$queryRaw<(MessageRow & { endedAt: Date })[]>`
    WITH ended AS (
      UPDATE turn
      SET status = ${ending.status}, text = '', seq = ${seq}::integer, ended_at = now(), charged_call_id = ${chargedCallId}::uuid,
          marks_from_seq = ${marks.fromSeq}::integer, marks = ${marks.bytes}::bytea,
          error_code = ${error?.code ?? null}::text, error_message = ${error?.message ?? null}::text,
          retry_after_s = ${error?.retryAfter ?? null}::integer
      WHERE id = ${work.id}::uuid AND attempt = ${work.attempt}::integer AND status IN ('queued', 'running')
      RETURNING id, conversation_id, assistant_message_id, created_at, ended_at
    ), touched AS (
      UPDATE conversation c SET last_activity_at = now() FROM ended WHERE c.id = ended.conversation_id
    )
    UPDATE message m
    SET text = ${text}::text, status = ${ending.status}, model = ${ending.model}::text, provider = ${ending.provider}::text,
        input_tokens = ${figures?.inputTokens ?? null}::integer, output_tokens = ${figures?.outputTokens ?? null}::integer,
        cost_micro_usd = ${figures?.costMicroUsd ?? null}::bigint,
        latency_ms = (extract(epoch FROM t.ended_at - t.created_at) * 1000)::integer
    FROM ended t
    WHERE m.id = t.assistant_message_id
    RETURNING ${messageColumns}, t.ended_at AS "endedAt"`
  if (!row) return null
  const { endedAt, ...message } = row
  const isOpen = chargedCallId !== null && figures === null
  return { endedAt, message: (isOpen && (await fillIn(tx, work.id, chargedCallId))) || message }
}

/** The event of the charged call may have come before the end. A statement of its own: it sees what was committed up to now. */
async function fillIn(tx: Transaction, turnId: string, callId: string): Promise<MessageRow | undefined> {
  const [row] = await tx.$queryRaw<MessageRow[]>`
    UPDATE message m
    SET model = coalesce(c.model, m.model), provider = coalesce(c.provider, m.provider), input_tokens = c.input_tokens,
        output_tokens = c.output_tokens, cost_micro_usd = c.cost_micro_usd
    FROM turn t JOIN model_call c ON c.id = ${callId}::uuid AND c.turn_id = t.id
    WHERE t.id = ${turnId}::uuid AND m.id = t.assistant_message_id
    RETURNING ${messageColumns}`
  return row
}

const chargedCallOf = (ending: Ending): string | null => (ending.status === 'failed' ? null : ending.chargedCallId)

async function publishEnding(tx: Transaction, work: TurnWork, { message, endedAt }: EndedTurn, ending: Ending): Promise<void> {
  const { id: turnId, userId, conversationId, assistantMessageId, attempt } = work
  const occurredAt = timestampFromDate(endedAt)
  const base = { turnId, userId, conversationId, occurredAt }
  const callId = chargedCallOf(ending) ?? ''
  if (ending.status === 'completed') {
    await publishEvent(tx, events.turnCompleted, {
      aggregateId: turnId,
      message: {
        ...base,
        callId,
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
    // Whether it counts is decided by the text: the figures of its call may come later.
    const outputTokens = BigInt(message.text === '' ? 0 : message.outputTokens || roughTokens(message.text))
    await publishEvent(tx, events.turnStopped, { aggregateId: turnId, message: { ...base, callId, outputTokens } })
  } else {
    await publishEvent(tx, events.turnFailed, { aggregateId: turnId, message: { ...base, code: ending.error.code } })
  }
}
