import { fragment, type Sql, type Transaction } from '@parley/database'
import { type EventOf, insertEvents } from '@parley/messaging'
import type { Price } from '../catalogue/catalogue.ts'
import { eventsOf } from './call-fact.ts'
import { insertLegs, readLegs } from './call-legs.store.ts'
import { wastedLegsOf } from './call-legs.ts'
import type { CallProgress, CallRecord, LegRecord } from './call-record.ts'
import { presumedUsage } from './unheard-calls.ts'

export type CallProgressStore = ReturnType<typeof createCallProgressStore>

/** Of one look, so that a transaction stays short. */
const LOST_AT_ONCE = 100

/** How far running calls are, and the booking of those whose process is gone. Time is the database's. */
export function createCallProgressStore(sql: Sql, { alertMicroUsd, heartbeatMs }: { alertMicroUsd: bigint; heartbeatMs: number }) {
  return {
    /** Keeps a leg of a call that goes on, so that it is booked also when the process is killed. */
    noteLeg: (callId: string, leg: LegRecord): Promise<void> => insertLegs(sql, callId, [leg]),

    /**
     * Says that calls run, and what they have used so far: one statement for all.
     *
     * @returns those that were booked as lost meanwhile
     */
    async beat(calls: readonly CallProgress[]): Promise<string[]> {
      const rows = await sql.$queryRaw<{ id: string }[]>`
        WITH mine AS (
          SELECT * FROM jsonb_to_recordset(${JSON.stringify(calls.map(progressRow))}::jsonb) AS row (
            id uuid, model text, provider text, input_tokens bigint, cached_input_tokens bigint, output_tokens bigint,
            cost_micro_usd bigint, price_id text, is_estimated boolean, leg int)
        ), heard AS (
          UPDATE ai_call c SET
            heard_at = now(), model = mine.model, provider = mine.provider, input_tokens = mine.input_tokens,
            cached_input_tokens = mine.cached_input_tokens, output_tokens = mine.output_tokens,
            cost_micro_usd = mine.cost_micro_usd, price_id = mine.price_id, is_estimated = mine.is_estimated,
            leg = mine.leg
          FROM mine WHERE c.id = mine.id AND c.id IN (
            SELECT own.id FROM ai_call own JOIN mine ON own.id = mine.id WHERE own.outcome = 'running'
            -- What is being booked at this moment needs no heartbeat, and is not waited for.
            FOR UPDATE OF own SKIP LOCKED)
        )
        SELECT c.id FROM mine JOIN ai_call c ON c.id = mine.id WHERE c.outcome = 'lost'`
      return rows.map(({ id }) => id)
    },

    /** Calls that run by their rows, and have not been heard of for `silentMs`. */
    async findSilent(silentMs: number): Promise<string[]> {
      const rows = await sql.$queryRaw<{ id: string }[]>`
        SELECT id FROM ai_call
        WHERE outcome = 'running' AND heard_at < now() - ${silentMs}::integer * interval '1 millisecond'
        ORDER BY started_at LIMIT ${LOST_AT_ONCE}`
      return rows.map(({ id }) => id)
    },

    /**
     * Books those of the calls that are still silent, by what they had used when they were last heard of, and tells
     * metering: each once, whoever else tries. One that was never heard of is booked by what it was expected to use. Of one
     * that had asked nobody when it was last heard of, nothing is told.
     *
     * @returns how many
     */
    bookLost(callIds: readonly string[], silentMs: number): Promise<number> {
      return sql.$transaction(async (tx) => {
        const rows = await tx.$queryRaw<LostRow[]>`
          UPDATE ai_call SET outcome = 'lost', ended_at = heard_at,
            latency_ms = (extract(epoch FROM heard_at - started_at) * 1000)::integer
          WHERE id IN (
            SELECT id FROM ai_call
            WHERE id = ANY (${callIds}::uuid[]) AND outcome = 'running'
              AND heard_at < now() - ${silentMs}::integer * interval '1 millisecond'
            FOR UPDATE SKIP LOCKED)
          RETURNING id AS "callId", coalesce(turn_id::text, '') AS "turnId", user_id AS "userId", purpose, model, provider,
            input_tokens AS "inputTokens", cached_input_tokens AS "cachedInputTokens", output_tokens AS "outputTokens",
            cost_micro_usd AS "costMicroUsd", price_id AS "priceId", leg, latency_ms AS "latencyMs", ended_at AS "endedAt",
            CASE WHEN price_id IS NULL AND model IS NOT NULL THEN expected_input_tokens END AS "unheardInputTokens"`
        const told: EventOf[] = []
        for (const found of rows) {
          const row = found.unheardInputTokens === null ? found : { ...found, ...(await presumeWith(tx, found, heartbeatMs)) }
          if (!isFilled(row)) continue
          const call = { ...row, outcome: 'lost', firstTokenMs: null, isCached: false } as const
          const wasted = wastedLegsOf({ legs: await readLegs(tx, row.callId), chargedLeg: row.leg })
          for (const event of eventsOf(call, usageOf(row), wasted, alertMicroUsd)) told.push({ ...event, of: row.callId })
        }
        const callIdsTold = told.map((event) => event.of)
        if (told.length > 0) await tx.$executeRaw`${insertEvents(told, fragment`SELECT unnest(${callIdsTold}::text[])`)}`
        return rows.length
      })
    },
  }
}

/** Fills in what a call that was never heard of has used, by the price it had when it began. */
async function presumeWith(tx: Transaction, { callId, unheardInputTokens }: LostRow, unheardMs: number): Promise<Partial<Figures>> {
  const [price] = await tx.$queryRaw<Price[]>`
    SELECT p.id, p.input_micro_usd_per_million AS "inputMicroUsdPerMillion",
      p.cached_input_micro_usd_per_million AS "cachedInputMicroUsdPerMillion",
      p.output_micro_usd_per_million AS "outputMicroUsdPerMillion"
    FROM ai_call c JOIN price p ON p.model_id = c.model AND p.valid_from <= c.started_at
    WHERE c.id = ${callId}::uuid ORDER BY p.valid_from DESC, p.version DESC LIMIT 1`
  if (!price || unheardInputTokens === null) return {}
  const { inputTokens, cachedInputTokens, outputTokens, costMicroUsd, priceId } = presumedUsage(unheardInputTokens, unheardMs, price)
  await tx.$executeRaw`
    UPDATE ai_call SET input_tokens = ${inputTokens}::bigint, cached_input_tokens = ${cachedInputTokens}::bigint,
      output_tokens = ${outputTokens}::bigint, cost_micro_usd = ${costMicroUsd}::bigint, price_id = ${priceId}, is_estimated = true, leg = 1
    WHERE id = ${callId}::uuid`
  return {
    ...{ inputTokens: BigInt(inputTokens), cachedInputTokens: BigInt(cachedInputTokens), outputTokens: BigInt(outputTokens) },
    ...{ costMicroUsd, priceId, leg: 1 },
  }
}

interface Figures {
  model: string
  provider: string
  inputTokens: bigint
  cachedInputTokens: bigint
  outputTokens: bigint
  costMicroUsd: bigint
  priceId: string
  leg: number | null
}

/** The figures are there all together or not at all; of one that was never heard of, the model alone. */
type LostRow = Pick<CallRecord, 'callId' | 'turnId' | 'userId' | 'purpose' | 'latencyMs' | 'endedAt'> & {
  [Name in keyof Figures]: Figures[Name] | null
} & {
  /** What it was to read, when that is all that is known of it. */
  unheardInputTokens: number | null
}

const isFilled = (row: LostRow): row is LostRow & Figures => row.priceId !== null

const usageOf = ({ inputTokens, cachedInputTokens, outputTokens, costMicroUsd, priceId }: Figures) => ({
  ...{ costMicroUsd, priceId, isEstimated: true },
  inputTokens: Number(inputTokens),
  cachedInputTokens: Number(cachedInputTokens),
  outputTokens: Number(outputTokens),
})

/** What is left out becomes null. */
function progressRow({ callId: id, asked }: CallProgress): Record<string, string | number | boolean> {
  if (!asked) return { id }
  const { model, provider, leg, usage } = asked
  return {
    ...{ id, model, provider, leg },
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    cost_micro_usd: String(usage.costMicroUsd),
    price_id: usage.priceId,
    is_estimated: usage.isEstimated,
  }
}
