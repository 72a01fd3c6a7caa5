import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

export type UsageEventsStore = ReturnType<typeof createUsageEventsStore>

/** Sums over a group of calls. */
export interface UsageSum {
  /** A UTC day or a model id. */
  key: string
  calls: number
  inputTokens: bigint
  outputTokens: bigint
  costMicroUsd: bigint
}

/** Metered calls. */
export function createUsageEventsStore(prisma: PrismaClient) {
  return {
    /** Sums of a user's calls in `[from, to)`, by UTC day or by model. */
    sumBy(by: 'day' | 'model', userId: string, from: Date, to: Date): Promise<UsageSum[]> {
      return prisma.$queryRaw<UsageSum[]>`
        SELECT CASE WHEN ${by} = 'day' THEN to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') ELSE model END AS key,
               count(*)::int AS calls,
               sum(input_tokens)::bigint AS "inputTokens",
               sum(output_tokens)::bigint AS "outputTokens",
               sum(cost_micro_usd)::bigint AS "costMicroUsd"
        FROM usage_event
        WHERE user_id = ${userId}::uuid AND occurred_at >= ${from} AND occurred_at < ${to}
        GROUP BY 1 ORDER BY 1`
    },
  }
}

/** Writes a call down; one that is known already stays as it is (B-1: unique on the call). */
export async function insertUsageEvent(tx: Prisma.TransactionClient, event: Prisma.UsageEventCreateManyInput): Promise<void> {
  await tx.usageEvent.createMany({ data: event, skipDuplicates: true })
}
