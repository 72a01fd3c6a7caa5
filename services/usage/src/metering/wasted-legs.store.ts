import type { CallCompleted } from '@parley/contracts'
import type { Transaction } from '@parley/database'
import type { PlatformExpense, Purpose } from './charges.store.ts'

/**
 * Writes down what a call used that no user pays for, whoever pays for the call itself; what is known already stays as it is.
 *
 * @returns what is new of it; null for nothing
 */
export async function insertWastedLegs(
  tx: Transaction,
  { callId, userId, wasted }: Pick<CallCompleted, 'callId' | 'userId' | 'wasted'>,
  { purpose, endedAt }: { purpose: Purpose; endedAt: Date },
): Promise<PlatformExpense | null> {
  if (wasted.length === 0) return null
  const [stored] = await tx.$queryRaw<Omit<PlatformExpense, 'purpose'>[]>`
    WITH stored AS (
      INSERT INTO wasted_leg (call_id, user_id, purpose, occurred_at, number, model, provider, input_tokens, output_tokens,
        cached_input_tokens, cost_micro_usd, price_id, is_estimated)
      SELECT ${callId}::uuid, ${userId}::uuid, ${purpose}, ${endedAt}::timestamptz, leg.*
      FROM jsonb_to_recordset(${JSON.stringify(wasted.flatMap(legRow))}::jsonb) AS leg (
        number int, model text, provider text, input_tokens bigint, output_tokens bigint, cached_input_tokens bigint,
        cost_micro_usd bigint, price_id text, is_estimated boolean)
      ON CONFLICT DO NOTHING
      RETURNING input_tokens, output_tokens, cost_micro_usd
    )
    SELECT count(*)::int AS calls, sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
      sum(cost_micro_usd)::bigint AS "costMicroUsd"
    FROM stored`
  return stored && stored.calls > 0 ? { purpose, ...stored } : null
}

function legRow({ number, model, provider, usage }: CallCompleted['wasted'][number]) {
  if (!usage) return []
  return [
    {
      ...{ number, model, provider },
      input_tokens: String(usage.inputTokens),
      output_tokens: String(usage.outputTokens),
      cached_input_tokens: String(usage.cachedInputTokens),
      cost_micro_usd: String(usage.costMicroUsd),
      price_id: usage.priceId,
      is_estimated: usage.estimated,
    },
  ]
}
