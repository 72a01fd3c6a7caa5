import type { Transaction } from '@parley/database'

/** As billing last said; free for whoever it has not spoken of yet. */
export type Plan = 'free' | 'pro'
/** Keeps the newest version whatever the order of arrival. */
export async function saveEntitlement(tx: Transaction, userId: string, plan: Plan, version: bigint): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO entitlement (user_id, plan, version) VALUES (${userId}::uuid, ${plan}, ${version})
    ON CONFLICT (user_id) DO UPDATE SET plan = EXCLUDED.plan, version = EXCLUDED.version
    WHERE entitlement.version < EXCLUDED.version`
}
