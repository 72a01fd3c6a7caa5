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

/** What a turn's end says: the one of its calls that its user pays for, null for none. */
export interface TurnCharge {
  turnId: string
  callId: string | null
}

/**
 * Says which call of each turn its user pays for, and books all that are known to the account they belong to.
 * An id that was given up before it began (a failure without a call) may begin after all: its answer's call is charged,
 * whichever of the two ends is heard first. No other decision is ever changed.
 *
 * @returns what the platform pays for by it
 */
export async function chargeTurns(tx: Transaction, charges: readonly TurnCharge[]): Promise<PlatformExpense[]> {
  const decided = oneOfEach(charges)
  const turnIds = decided.map(({ turnId }) => turnId)
  // One behind the other, without waiting for each: every statement sees what the one before it has locked or written.
  const [, , expenses] = await Promise.all([
    oneAtATime(tx, turnIds),
    tx.$executeRaw`
      INSERT INTO turn_charge (turn_id, call_id)
      SELECT * FROM unnest(${turnIds}::uuid[], ${decided.map(({ callId }) => callId)}::uuid[])
      ON CONFLICT (turn_id) DO UPDATE SET call_id = excluded.call_id WHERE turn_charge.call_id IS NULL AND excluded.call_id IS NOT NULL`,
    tx.$queryRaw<PlatformExpense[]>`
      WITH decided AS (
        SELECT e.call_id, CASE WHEN e.call_id = c.call_id THEN 'user' ELSE 'platform' END AS account
        FROM turn_charge c JOIN usage_event e ON e.turn_id = c.turn_id
        WHERE c.turn_id = ANY (${turnIds}::uuid[]) AND e.purpose = 'answer'
      ), booked AS (
        UPDATE usage_event e SET account = decided.account FROM decided
        WHERE e.call_id = decided.call_id AND e.account IS DISTINCT FROM decided.account
        RETURNING e.account, e.purpose, e.input_tokens, e.output_tokens, e.cost_micro_usd
      )
      SELECT purpose, count(*)::int AS calls, sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
             sum(cost_micro_usd)::bigint AS "costMicroUsd"
      FROM booked WHERE account = 'platform' GROUP BY purpose`,
  ])
  return expenses
}

/** The same turn may have failed twice in a group; a call outweighs none. */
function oneOfEach(charges: readonly TurnCharge[]): TurnCharge[] {
  const byTurn = new Map<string, TurnCharge>()
  for (const charge of charges) if (!byTurn.get(charge.turnId)?.callId) byTurn.set(charge.turnId, charge)
  return [...byTurn.values()]
}

/**
 * Locks turns until the end of the transaction, in one order everywhere. A call and its turn's end may be handled at the same
 * moment, by two replicas: neither would see the other's row.
 */
export async function oneAtATime(tx: Transaction, turnIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    SELECT pg_advisory_xact_lock(hashtextextended(id, 1))
    FROM (SELECT id FROM unnest(${turnIds}::text[]) AS id ORDER BY id COLLATE "C") AS ordered`
}
