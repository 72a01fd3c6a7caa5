import type { Transaction } from '@parley/database'

/** keep: until the user deletes them. six_months: until six months (RETENTION_MONTHS) after the last activity in them. */
export type RetentionChoiceName = 'keep' | 'six_months'

/** Keeps the newest version whatever the order of arrival. */
export async function saveChoice(
  tx: Transaction,
  { userId, choice, version }: { userId: string; choice: RetentionChoiceName; version: bigint },
): Promise<void> {
  await tx.$executeRaw`
    INSERT INTO retention_choice (user_id, choice, version) VALUES (${userId}::uuid, ${choice}, ${version})
    ON CONFLICT (user_id) DO UPDATE SET choice = EXCLUDED.choice, version = EXCLUDED.version
    WHERE retention_choice.version < EXCLUDED.version`
}
