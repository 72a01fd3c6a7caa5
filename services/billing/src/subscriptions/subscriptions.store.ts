import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

export type SubscriptionsStore = ReturnType<typeof createSubscriptionsStore>

/** What users have now. */
export function createSubscriptionsStore(prisma: PrismaClient) {
  return {
    find: (userId: string) => prisma.subscription.findUnique({ where: { userId } }),
  }
}

/**
 * Gives a user the Free plan, unless there is a subscription already.
 *
 * @returns the version of the new subscription, null when there was one
 */
export async function insertFreeSubscription(tx: Prisma.TransactionClient, userId: string): Promise<bigint | null> {
  const inserted = await tx.subscription.createManyAndReturn({
    data: { userId, planId: 'free', status: 'active' },
    skipDuplicates: true,
  })
  return inserted[0]?.version ?? null
}
