import { type adminCatalogueApi, usdToMicroUsd } from '@parley/contracts'
import type { Price, Prisma, PrismaClient } from '../../../prisma/generated/client.ts'
import { changeCatalogue } from './change-catalogue.ts'

export type PriceRow = Price

export type PriceStore = ReturnType<typeof createPriceStore>

export function createPriceStore(prisma: PrismaClient) {
  return {
    /** All versions, newest first; null when there is no such model. */
    async list(modelId: string): Promise<PriceRow[] | null> {
      const model = await prisma.model.findFirst({
        where: { id: modelId, retiredAt: null },
        include: { prices: { orderBy: { version: 'desc' } } },
      })
      return model?.prices ?? null
    },

    /** Null when there is no such model. */
    add: (modelId: string, price: adminCatalogueApi.NewPrice, actorId: string): Promise<PriceRow | null> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          if (!(await tx.model.findFirst({ where: { id: modelId, retiredAt: null } }))) return null
          return addPrice(tx, modelId, price)
        },
        (added) => (added ? { actorId, action: 'price.created', subject: added.id } : null),
      ),
  }
}

/**
 * The next version of a model's price. It begins by the database's clock, never in the past: what was rated stays true.
 * "Now" is this moment, not the beginning of the transaction, which may have waited for another change: of two versions the
 * later one must not begin before the earlier one.
 */
export async function addPrice(tx: Prisma.TransactionClient, modelId: string, price: adminCatalogueApi.NewPrice): Promise<PriceRow> {
  const { inputUsd, cachedInputUsd = inputUsd, outputUsd, validFrom = null } = price
  const { _max } = await tx.price.aggregate({ where: { modelId }, _max: { version: true } })
  const version = (_max.version ?? 0) + 1
  const id = `${modelId}@${version}`
  await tx.$executeRaw`
    INSERT INTO price (id, model_id, version, input_micro_usd_per_million, cached_input_micro_usd_per_million,
      output_micro_usd_per_million, valid_from, created_at)
    SELECT ${id}, ${modelId}, ${version}, ${usdToMicroUsd(inputUsd)}, ${usdToMicroUsd(cachedInputUsd)}, ${usdToMicroUsd(outputUsd)},
      GREATEST(moment, ${validFrom}::timestamptz), moment
    FROM date_trunc('milliseconds', clock_timestamp()) AS moment`
  return tx.price.findUniqueOrThrow({ where: { id } })
}

/** The version of each model's price that has begun last, by the database's clock. */
export async function currentPrices(prisma: PrismaClient): Promise<Map<string, PriceRow>> {
  const ids = await prisma.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT ON (model_id) id FROM price WHERE valid_from <= now() ORDER BY model_id, valid_from DESC, version DESC`
  const prices = await prisma.price.findMany({ where: { id: { in: ids.map(({ id }) => id) } } })
  return new Map(prices.map((price) => [price.modelId, price]))
}
