import type { Sql, Transaction } from '@parley/database'
import { Prisma } from '../../prisma/generated/client.ts'
import type { Account, Purpose } from './charges.store.ts'

export type UsageEventsStore = ReturnType<typeof createUsageEventsStore>

/** Sums over a group of calls. */
export interface UsageSum {
  /** A UTC day, a model id or a purpose. */
  key: string
  calls: number
  inputTokens: bigint
  outputTokens: bigint
  costMicroUsd: bigint
}

/** A call as it is metered; figures in tokens, micro-USD and milliseconds. */
export interface UsageEvent {
  callId: string
  turnId: string | null
  userId: string
  model: string
  provider: string
  purpose: Purpose
  account: Account | null
  outcome: string
  inputTokens: bigint
  outputTokens: bigint
  cachedInputTokens: bigint
  costMicroUsd: bigint
  priceId: string
  isEstimated: boolean
  latencyMs: bigint
  firstTokenMs: bigint
  isCached: boolean
  occurredAt: Date
}

const utcDay = Prisma.sql`to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`
const sums = Prisma.sql`
  count(*)::int AS calls, sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
  sum(cost_micro_usd)::bigint AS "costMicroUsd"`

type Period = [from: Date, to: Date]

/** Metered calls. */
export function createUsageEventsStore(sql: Sql) {
  return {
    /** Sums of what a user pays for in `[from, to)`, by UTC day or by model. */
    sumBy: (by: 'day' | 'model', userId: string, ...[from, to]: Period): Promise<UsageSum[]> => sql.$queryRaw<UsageSum[]>`
      SELECT CASE WHEN ${by} = 'day' THEN ${utcDay} ELSE model END AS key, ${sums}
      FROM usage_event
      WHERE account = 'user' AND user_id = ${userId}::uuid AND occurred_at >= ${from} AND occurred_at < ${to}
      GROUP BY 1 ORDER BY 1`,

    /** Sums of what the platform pays for in `[from, to)`: calls and legs of answers that were wasted, and what it asked for itself. */
    platformSumBy: (by: 'day' | 'model' | 'purpose', ...[from, to]: Period): Promise<UsageSum[]> => sql.$queryRaw<UsageSum[]>`
      SELECT CASE ${by} WHEN 'day' THEN ${utcDay} WHEN 'model' THEN model ELSE purpose END AS key, ${sums}
      FROM (
        SELECT occurred_at, model, purpose, input_tokens, output_tokens, cost_micro_usd FROM usage_event WHERE account = 'platform'
        UNION ALL
        SELECT occurred_at, model, purpose, input_tokens, output_tokens, cost_micro_usd FROM wasted_leg
      ) AS expense
      WHERE occurred_at >= ${from} AND occurred_at < ${to}
      GROUP BY 1 ORDER BY 1`,
  }
}

/** What was written of a call. */
export interface MeteredCall {
  callId: string
  account: Account | null
}

/**
 * Writes calls down; those that are known already stay as they are (B-1: unique on the call). Each goes to the account it
 * is given with. Where none is given it goes to its user or to the platform, as the end of its turn said; while that has not
 * been heard of to nobody: then `chargeTurns` decides. The two come in any order, and of two at a time the second sees what
 * the first did: the turns have to be locked (`oneAtATime`).
 *
 * @returns those that were new
 */
export function insertUsageEvents(tx: Transaction, calls: readonly UsageEvent[]): Promise<MeteredCall[]> {
  return tx.$queryRaw<MeteredCall[]>`
    INSERT INTO usage_event (call_id, turn_id, user_id, model, provider, purpose, account, outcome, input_tokens, output_tokens,
      cached_input_tokens, cost_micro_usd, price_id, is_estimated, latency_ms, first_token_ms, is_cached, occurred_at)
    SELECT e."callId", e."turnId", e."userId", e.model, e.provider, e.purpose,
      coalesce(e.account, CASE WHEN c.turn_id IS NULL THEN NULL WHEN c.call_id = e."callId" THEN 'user' ELSE 'platform' END),
      e.outcome, e."inputTokens", e."outputTokens", e."cachedInputTokens", e."costMicroUsd", e."priceId", e."isEstimated",
      e."latencyMs", e."firstTokenMs", e."isCached", e."occurredAt"
    FROM jsonb_to_recordset(${JSON.stringify(calls, withoutBigints)}::jsonb) AS e (
      "callId" uuid, "turnId" uuid, "userId" uuid, model text, provider text, purpose text, account text, outcome text,
      "inputTokens" bigint, "outputTokens" bigint, "cachedInputTokens" bigint, "costMicroUsd" bigint, "priceId" text,
      "isEstimated" boolean, "latencyMs" bigint, "firstTokenMs" bigint, "isCached" boolean, "occurredAt" timestamptz)
    LEFT JOIN turn_charge c ON c.turn_id = e."turnId"
    ON CONFLICT (call_id) DO NOTHING
    RETURNING call_id AS "callId", account`
}

const withoutBigints = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value)
