import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import { type Fragment, fragment, type Sql, type Transaction } from '@parley/database'
import { insertEvent, type PreparedEvent, prepareEvent, publishEvent, type Relay } from '@parley/messaging'
import type { MessageRow } from '../messages/message.ts'
import { messageColumns } from '../messages/messages.store.ts'
import { type CallFigures, type Ending, roughTokens } from './ending.ts'
import type { ModelIdentity } from './model-call.ts'
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
     * Stores the answer and the fact that it ended, all or nothing. Null when the turn is not at this attempt or has ended
     * already: nothing was changed then.
     */
    async end(work: TurnWork, answer: StoredShown, ending: Ending): Promise<EndedTurn | null> {
      const ended = await (isToBeFilledIn(ending)
        ? sql.$transaction((tx) => endAndFillIn(tx, work, answer, ending))
        : endKnown(sql, work, answer, ending))
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
     * Calls `noteCall` has nothing to do for, now or later: almost all, since the end of a turn usually knows the figures of
     * the call it charges. Takes no lock.
     */
    async findTakenDown(calls: readonly { callId: string; turnId: string }[]): Promise<ReadonlySet<string>> {
      if (calls.length === 0) return new Set()
      const rows = await sql.$queryRaw<{ callId: string }[]>`
        SELECT c.call_id::text AS "callId"
        FROM unnest(${calls.map(({ callId }) => callId)}::uuid[], ${calls.map(({ turnId }) => turnId)}::uuid[]) AS c (call_id, turn_id)
        LEFT JOIN turn t ON t.id = c.turn_id LEFT JOIN message m ON m.id = t.assistant_message_id
        WHERE t.id IS NULL OR t.ended_at IS NOT NULL AND (t.charged_call_id IS DISTINCT FROM c.call_id OR m.cost_micro_usd IS NOT NULL)`
      return new Set(rows.map(({ callId }) => callId))
    },

    /**
     * Takes down what a call used: on its answer if it is the charged one, and for later as long as its turn has not
     * ended. The turn's row is locked, so that its end either sees this or is seen by it. The second time changes nothing.
     */
    async noteCall(tx: Transaction, turnId: string, call: UsedCall): Promise<void> {
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

const chargedCallOf = (ending: Ending): string | null => (ending.status === 'failed' ? null : ending.chargedCallId)

const knownFiguresOf = (ending: Ending): CallFigures | null => (ending.status === 'completed' ? ending.figures : null)

/** What the charged call used is to be looked up: its event may have come before the end. */
const isToBeFilledIn = (ending: Ending): boolean => chargedCallOf(ending) !== null && knownFiguresOf(ending) === null

/** One statement. */
function endKnown(sql: Sql, work: TurnWork, answer: StoredShown, ending: Ending): Promise<EndedTurn | null> {
  const event = eventOf(work, { ...ending, ...knownFiguresOf(ending), text: answer.text })
  return storeAnswer(sql, work, answer, ending, fragment`, told AS (${insertEvent(event, measured[ending.status])})`)
}

async function endAndFillIn(tx: Transaction, work: TurnWork, answer: StoredShown, ending: Ending): Promise<EndedTurn | null> {
  const stored = await storeAnswer(tx, work, answer, ending, fragment``)
  if (!stored) return null
  // A statement of its own: it sees what was committed up to now.
  const message = (await fillIn(tx, work.id, chargedCallOf(ending))) ?? stored.message
  const { model, provider, inputTokens, outputTokens, costMicroUsd } = message
  await tx.$executeRaw`WITH ended AS (SELECT * FROM turn WHERE id = ${work.id}::uuid)
    ${insertEvent(eventOf(work, { ...ending, model, provider, inputTokens, outputTokens, costMicroUsd, text: message.text }), measured[ending.status])}`
  return { ...stored, message }
}

const latency = fragment`(extract(epoch FROM ended_at - created_at) * 1000)::integer`
const moment = fragment`'occurredAt', to_char(ended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

/** What the database alone knows of an end: its moment, and how long the answer took. */
const measured: Record<Ending['status'], Fragment> = {
  completed: fragment`SELECT jsonb_build_object(${moment}, 'latencyMs', ${latency}) FROM ended`,
  stopped: fragment`SELECT jsonb_build_object(${moment}) FROM ended`,
  failed: fragment`SELECT jsonb_build_object(${moment}) FROM ended`,
}

async function storeAnswer(
  tx: Transaction,
  work: TurnWork,
  { text, seq, marks }: StoredShown,
  ending: Ending,
  told: Fragment,
): Promise<EndedTurn | null> {
  const error = ending.status === 'failed' ? ending.error : null
  const figures = knownFiguresOf(ending)
  const [row] = await tx.$queryRaw<(MessageRow & { endedAt: Date })[]>`
    WITH ended AS (
      UPDATE turn
      SET status = ${ending.status}, text = '', seq = ${seq}::integer, ended_at = now(), charged_call_id = ${chargedCallOf(ending)}::uuid,
          marks_from_seq = ${marks.fromSeq}::integer, marks = ${marks.bytes}::bytea,
          error_code = ${error?.code ?? null}::text, error_message = ${error?.message ?? null}::text,
          retry_after_s = ${error?.retryAfter ?? null}::integer
      WHERE id = ${work.id}::uuid AND attempt = ${work.attempt}::integer AND status IN ('queued', 'running')
      RETURNING id, conversation_id, assistant_message_id, created_at, ended_at
    ), touched AS (
      UPDATE conversation SET last_activity_at = now() WHERE id = (SELECT conversation_id FROM ended)
    )${told}
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
  return { endedAt, message }
}

async function fillIn(tx: Transaction, turnId: string, callId: string | null): Promise<MessageRow | undefined> {
  const [row] = await tx.$queryRaw<MessageRow[]>`
    UPDATE message m
    SET model = coalesce(c.model, m.model), provider = coalesce(c.provider, m.provider), input_tokens = c.input_tokens,
        output_tokens = c.output_tokens, cost_micro_usd = c.cost_micro_usd
    FROM turn t JOIN model_call c ON c.id = ${callId}::uuid AND c.turn_id = t.id
    WHERE t.id = ${turnId}::uuid AND m.id = t.assistant_message_id
    RETURNING ${messageColumns}`
  return row
}

type Told = Ending & ModelIdentity & Partial<Pick<MessageRow, 'inputTokens' | 'outputTokens' | 'costMicroUsd'>> & { text: string }

/** What is told of an end, but for what is `measured`. */
function eventOf({ id: turnId, userId, conversationId, assistantMessageId, attempt }: TurnWork, ended: Told): PreparedEvent {
  const base = { turnId, userId, conversationId }
  const { model, provider, inputTokens, outputTokens, costMicroUsd, text } = ended
  if (ended.status === 'completed') {
    const figures = { inputTokens: BigInt(inputTokens ?? 0), outputTokens: BigInt(outputTokens ?? 0), costMicroUsd: costMicroUsd ?? 0n }
    const message = {
      ...base,
      assistantMessageId,
      attempt,
      callId: ended.chargedCallId,
      model: model ?? '',
      provider: provider ?? '',
      ...figures,
    }
    return prepareEvent(events.turnCompleted, { aggregateId: turnId, message })
  }
  if (ended.status === 'stopped') {
    // Whether it counts is decided by the text: the figures of its call may come later.
    const produced = BigInt(text === '' ? 0 : outputTokens || roughTokens(text))
    const message = { ...base, callId: ended.chargedCallId ?? '', outputTokens: produced }
    return prepareEvent(events.turnStopped, { aggregateId: turnId, message })
  }
  return prepareEvent(events.turnFailed, { aggregateId: turnId, message: { ...base, code: ended.error.code } })
}
