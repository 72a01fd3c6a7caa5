import type { Prisma } from '../../prisma/generated/client.ts'
import type { LegRecord } from './call-record.ts'

/** Stores legs of a call whose row is there; those that are stored already stay as they are. */
export async function insertLegs(
  prisma: Pick<Prisma.TransactionClient, 'aiLeg'>,
  callId: string,
  legs: readonly LegRecord[],
): Promise<void> {
  await prisma.aiLeg.createMany({ data: legs.map((leg) => legRow(callId, leg)), skipDuplicates: true })
}

/** Of a call, in their order. */
export async function readLegs(prisma: Pick<Prisma.TransactionClient, 'aiLeg'>, callId: string): Promise<LegRecord[]> {
  const rows = await prisma.aiLeg.findMany({ where: { callId }, orderBy: { number: 'asc' } })
  return rows.map(({ number, model, provider, outcome, failure, latencyMs, ...figures }) => ({
    ...{ number, model, provider, latencyMs },
    outcome: outcome as LegRecord['outcome'],
    failure: failure as LegRecord['failure'],
    usage:
      figures.priceId === null
        ? null
        : {
            inputTokens: Number(figures.inputTokens),
            cachedInputTokens: Number(figures.cachedInputTokens),
            outputTokens: Number(figures.outputTokens),
            costMicroUsd: figures.costMicroUsd ?? 0n,
            priceId: figures.priceId,
            isEstimated: figures.isEstimated ?? true,
          },
  }))
}

const legRow = (callId: string, { usage, ...leg }: LegRecord): Prisma.AiLegCreateManyInput => ({ callId, ...leg, ...usage })
