import type { Transaction } from '@parley/database'
import type { LegRecord } from './call-record.ts'

/** Stores legs of a call whose row is there, in one statement; those that are stored already stay as they are. */
export async function insertLegs(sql: Transaction, callId: string, legs: readonly LegRecord[]): Promise<void> {
  await sql.$executeRaw`
    INSERT INTO ai_leg (call_id, number, model, provider, outcome, failure, input_tokens, cached_input_tokens, output_tokens,
      cost_micro_usd, price_id, is_estimated, latency_ms)
    SELECT ${callId}::uuid, leg.* FROM jsonb_to_recordset(${JSON.stringify(legs.map(legRow))}::jsonb) AS leg (
      number int, model text, provider text, outcome text, failure text, input_tokens bigint, cached_input_tokens bigint,
      output_tokens bigint, cost_micro_usd bigint, price_id text, is_estimated boolean, latency_ms int)
    ON CONFLICT DO NOTHING`
}

type LegRow = Omit<LegRecord, 'usage'> & {
  inputTokens: bigint
  cachedInputTokens: bigint
  outputTokens: bigint
  costMicroUsd: bigint
  priceId: string | null
  isEstimated: boolean
}

/** Of a call, in their order. */
export async function readLegs(sql: Transaction, callId: string): Promise<LegRecord[]> {
  const rows = await sql.$queryRaw<LegRow[]>`
    SELECT number, model, provider, outcome, failure, input_tokens AS "inputTokens", cached_input_tokens AS "cachedInputTokens",
      output_tokens AS "outputTokens", cost_micro_usd AS "costMicroUsd", price_id AS "priceId", is_estimated AS "isEstimated",
      latency_ms AS "latencyMs"
    FROM ai_leg WHERE call_id = ${callId}::uuid ORDER BY number`
  return rows.map(({ number, model, provider, outcome, failure, latencyMs, priceId, isEstimated, costMicroUsd, ...tokens }) => ({
    ...{ number, model, provider, outcome, failure, latencyMs },
    usage: priceId === null ? null : { ...inNumbers(tokens), costMicroUsd, priceId, isEstimated },
  }))
}

const inNumbers = ({
  inputTokens,
  cachedInputTokens,
  outputTokens,
}: Pick<LegRow, 'inputTokens' | 'cachedInputTokens' | 'outputTokens'>) => ({
  inputTokens: Number(inputTokens),
  cachedInputTokens: Number(cachedInputTokens),
  outputTokens: Number(outputTokens),
})

/** A leg as JSON that `jsonb_to_recordset` reads. What is left out becomes null. */
export const legRow = ({ number, model, provider, outcome, failure, latencyMs, usage }: LegRecord) => ({
  ...{ number, model, provider, outcome, failure },
  latency_ms: latencyMs,
  ...(usage && {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    output_tokens: usage.outputTokens,
    cost_micro_usd: String(usage.costMicroUsd),
    price_id: usage.priceId,
    is_estimated: usage.isEstimated,
  }),
})
