import type { CallCompleted } from '@parley/contracts'
import type { Prisma } from '../../prisma/generated/client.ts'
import type { PlatformExpense, Purpose } from './charges.store.ts'

/**
 * Writes down what a call used that no user pays for, whoever pays for the call itself; what is known already stays as it is.
 *
 * @returns what is new of it; null for nothing
 */
export async function insertWastedLegs(
  tx: Prisma.TransactionClient,
  { callId, userId, wasted }: Pick<CallCompleted, 'callId' | 'userId' | 'wasted'>,
  { purpose, endedAt }: { purpose: Purpose; endedAt: Date },
): Promise<PlatformExpense | null> {
  const rows = wasted.flatMap(({ number, model, provider, usage }) =>
    usage
      ? [
          {
            ...{ callId, number, userId, model, provider, purpose },
            inputTokens: usage.inputTokens,
            outputTokens: usage.outputTokens,
            cachedInputTokens: usage.cachedInputTokens,
            costMicroUsd: usage.costMicroUsd,
            priceId: usage.priceId,
            isEstimated: usage.estimated,
            occurredAt: endedAt,
          },
        ]
      : [],
  )
  if (rows.length === 0) return null
  const stored = await tx.wastedLeg.createManyAndReturn({ data: rows, skipDuplicates: true })
  if (stored.length === 0) return null
  const sum = (figure: 'inputTokens' | 'outputTokens' | 'costMicroUsd') => stored.reduce((total, row) => total + row[figure], 0n)
  return {
    purpose,
    calls: stored.length,
    inputTokens: sum('inputTokens'),
    outputTokens: sum('outputTokens'),
    costMicroUsd: sum('costMicroUsd'),
  }
}
