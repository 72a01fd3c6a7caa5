import type { CostExceeded } from '@parley/contracts'
import { v7 as newId } from 'uuid'
import type { Prisma, PrismaClient } from '../../prisma/generated/client.ts'
import type { CostAlertFigures } from './cost-alert.ts'

/** Adds a dear call to the alert that is not told yet, in the caller's transaction. A new one is due at once, or `everyS` after the last one. */
export async function collectCost(tx: Prisma.TransactionClient, call: CostExceeded, everyS: number): Promise<void> {
  const { callId, model, costMicroUsd, thresholdMicroUsd } = call
  await tx.$executeRaw`
    INSERT INTO cost_alert AS open (id, calls, cost_micro_usd, threshold_micro_usd, highest_micro_usd, highest_call_id, highest_model, due_at)
    SELECT ${newId()}::uuid, 1, ${costMicroUsd}::bigint, ${thresholdMicroUsd}::bigint, ${costMicroUsd}::bigint, ${callId}::uuid, ${model},
      greatest(now(), max(told_at) + make_interval(secs => ${everyS}::float8)) FROM cost_alert
    ON CONFLICT ((told_at IS NULL)) WHERE told_at IS NULL DO UPDATE SET
      calls = open.calls + 1, cost_micro_usd = open.cost_micro_usd + excluded.cost_micro_usd,
      threshold_micro_usd = excluded.threshold_micro_usd,
      highest_call_id = CASE WHEN excluded.highest_micro_usd > open.highest_micro_usd THEN excluded.highest_call_id ELSE open.highest_call_id END,
      highest_model = CASE WHEN excluded.highest_micro_usd > open.highest_micro_usd THEN excluded.highest_model ELSE open.highest_model END,
      highest_micro_usd = greatest(open.highest_micro_usd, excluded.highest_micro_usd)`
}

/** Takes the alert for told, in the caller's transaction. Null when another replica was faster. */
export async function closeAlert(tx: Prisma.TransactionClient, id: string): Promise<CostAlertFigures | null> {
  const [closed] = await tx.$queryRaw<CostAlertFigures[]>`
    UPDATE cost_alert SET told_at = now() WHERE id = ${id}::uuid AND told_at IS NULL
    RETURNING calls, cost_micro_usd AS "costMicroUsd", threshold_micro_usd AS "thresholdMicroUsd",
      highest_micro_usd AS "highestMicroUsd", highest_call_id AS "highestCallId", highest_model AS "highestModel"`
  return closed ?? null
}

/** The id of the alert whose time has come. */
export async function findDueAlert(prisma: PrismaClient): Promise<string | null> {
  const [due] = await prisma.$queryRaw<{ id: string }[]>`SELECT id FROM cost_alert WHERE told_at IS NULL AND due_at <= now()`
  return due?.id ?? null
}
