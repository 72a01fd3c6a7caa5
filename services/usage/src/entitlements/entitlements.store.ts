import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'

export type Plan = 'free' | 'pro'
export type EntitlementsStore = ReturnType<typeof createEntitlementsStore>

/** The plans of users, as billing last said. */
export function createEntitlementsStore(prisma: PrismaClient) {
  return {
    /** Free for whoever billing has not spoken of yet. */
    async planOf(userId: string): Promise<Plan> {
      const found = await prisma.entitlement.findUnique({ where: { userId } })
      return found?.plan === 'pro' ? 'pro' : 'free'
    },
  }
}

/** Keeps the newest version whatever the order of arrival. */
export async function saveEntitlement(tx: Prisma.TransactionClient, userId: string, plan: Plan, version: bigint): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO entitlement (user_id, plan, version) VALUES (${userId}::uuid, ${plan}, ${version})
    ON CONFLICT (user_id) DO UPDATE SET plan = EXCLUDED.plan, version = EXCLUDED.version
    WHERE entitlement.version < EXCLUDED.version`
}
