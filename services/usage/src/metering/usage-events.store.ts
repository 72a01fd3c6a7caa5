import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'

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

const utcDay = Prisma.sql`to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD')`
const sums = Prisma.sql`
  count(*)::int AS calls, sum(input_tokens)::bigint AS "inputTokens", sum(output_tokens)::bigint AS "outputTokens",
  sum(cost_micro_usd)::bigint AS "costMicroUsd"`

type Period = [from: Date, to: Date]

/** Metered calls. */
export function createUsageEventsStore(prisma: PrismaClient) {
  return {
    /** Sums of what a user pays for in `[from, to)`, by UTC day or by model. */
    sumBy: (by: 'day' | 'model', userId: string, ...[from, to]: Period): Promise<UsageSum[]> => prisma.$queryRaw<UsageSum[]>`
      SELECT CASE WHEN ${by} = 'day' THEN ${utcDay} ELSE model END AS key, ${sums}
      FROM usage_event
      WHERE account = 'user' AND user_id = ${userId}::uuid AND occurred_at >= ${from} AND occurred_at < ${to}
      GROUP BY 1 ORDER BY 1`,

    /** Sums of what the platform pays for in `[from, to)`: calls and legs of answers that were wasted, and what it asked for itself. */
    platformSumBy: (by: 'day' | 'model' | 'purpose', ...[from, to]: Period): Promise<UsageSum[]> => prisma.$queryRaw<UsageSum[]>`
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

/** Writes a call down; one that is known already stays as it is (B-1: unique on the call). */
export async function insertUsageEvent(tx: Prisma.TransactionClient, event: Prisma.UsageEventCreateManyInput): Promise<boolean> {
  const { count } = await tx.usageEvent.createMany({ data: event, skipDuplicates: true })
  return count === 1
}
