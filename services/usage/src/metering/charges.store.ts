import type { Transaction } from '@parley/database'

/** Who pays for a call. */
export type Account = 'user' | 'platform'

/** What a call is for. Users pay for answers alone: those of turns, and those over the public API. */
export type Purpose = 'answer' | 'title' | 'summary' | 'api'

/** Calls that were booked to the platform's account. */
export interface PlatformExpense {
  purpose: Purpose
  calls: number
  inputTokens: bigint
  outputTokens: bigint
  costMicroUsd: bigint
}

/**
 * Whose account a call of a turn goes to. Null while the end of its turn has not been heard of: then `chargeTurn` decides. The two
 * come in any order, and of two at a time the second sees what the first did.
 */
export async function accountOf(
  tx: Transaction,
  { callId, turnId, purpose }: { callId: string; turnId: string | null; purpose: Exclude<Purpose, 'api'> },
): Promise<Account | null> {
  if (purpose !== 'answer' || turnId === null) return 'platform'
  await oneAtATime(tx, turnId)
  const [charge] = await tx.$queryRaw<{ callId: string | null }[]>`
    SELECT call_id AS "callId" FROM turn_charge WHERE turn_id = ${turnId}::uuid`
  if (!charge) return null
  return charge.callId === callId ? 'user' : 'platform'
}

/**
 * Says which call of a turn its user pays for, null for none, and books all that are known to the account they belong to.
 * An id that was given up before it began (a failure without a call) may begin after all: its answer's call is charged,
 * whichever of the two ends is heard first. No other decision is ever changed.
 *
 * @returns what the platform pays for by it
 */
export async function chargeTurn(tx: Transaction, turnId: string, callId: string | null): Promise<PlatformExpense[]> {
  await oneAtATime(tx, turnId)
  await tx.$executeRaw`
    INSERT INTO turn_charge (turn_id, call_id) VALUES (${turnId}::uuid, ${callId}::uuid)
    ON CONFLICT (turn_id) DO UPDATE SET call_id = excluded.call_id WHERE turn_charge.call_id IS NULL AND excluded.call_id IS NOT NULL`
  return tx.$queryRaw<PlatformExpense[]>`
    WITH decided AS (
      SELECT e.call_id, CASE WHEN e.call_id = c.call_id THEN 'user' ELSE 'platform' END AS account
      FROM turn_charge c JOIN usage_event e ON e.turn_id = c.turn_id
      WHERE c.turn_id = ${turnId}::uuid AND e.purpose = 'answer'
    ), booked AS (
      UPDATE usage_event e SET account = decided.account FROM decided
      WHERE e.call_id = decided.call_id AND e.account IS DISTINCT FROM decided.account
      RETURNING e.account, e.purpose, e.input_tokens, e.output_tokens, e.cost_micro_usd
    )
    SELECT purpose, count(*)::int AS calls, sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
           sum(cost_micro_usd)::bigint AS "costMicroUsd"
    FROM booked WHERE account = 'platform' GROUP BY purpose`
}

/** A call and its turn's end may be handled at the same moment, by two replicas: neither would see the other's row. */
async function oneAtATime(tx: Transaction, turnId: string): Promise<void> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${turnId}, 1))`
}
