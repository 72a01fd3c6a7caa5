import type { adminCatalogueApi } from '@parley/contracts'
import type { Model, Prisma, PrismaClient } from '../../../prisma/generated/client.ts'
import { changeCatalogue } from './change-catalogue.ts'
import { addPrice, currentPrices, type PriceRow } from './prices.store.ts'

export type ModelRow = Model & { price: PriceRow | null }

export type AdminModelStore = ReturnType<typeof createAdminModelStore>

/** Room between places in lists, so that a model can be put in between. */
const POSITION_STEP = 10
const LAST_POSITION = 2_147_483_647

/** Models as administrators see them: those that are switched off or have no price, too. */
export function createAdminModelStore(prisma: PrismaClient) {
  const withPrices = async (models: Model[]): Promise<ModelRow[]> => {
    const prices = await currentPrices(prisma)
    return models.map((model) => ({ ...model, price: prices.get(model.id) ?? null }))
  }
  return {
    list: async () =>
      withPrices(await prisma.model.findMany({ where: { retiredAt: null }, orderBy: [{ position: 'asc' }, { id: 'asc' }] })),

    find: async (id: string) => (await withPrices(await prisma.model.findMany({ where: { id, retiredAt: null } })))[0],

    /** With the first version of its price; the next one where the model was deleted before and comes back. */
    create: (model: adminCatalogueApi.NewModel, actorId: string): Promise<'created' | 'exists' | 'no_provider'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          const { id, provider: providerId, enabled: isEnabled, price, ...fields } = model
          if (!(await tx.provider.findFirst({ where: { id: providerId, retiredAt: null } }))) return 'no_provider'
          const known = await tx.model.findUnique({ where: { id } })
          if (known && known.retiredAt === null) return 'exists'
          const data = { ...fields, providerId, isEnabled, position: fields.position ?? (await endOfList(tx)) }
          await tx.model.upsert({ where: { id }, create: { id, ...data }, update: { ...data, retiredAt: null } })
          await addPrice(tx, id, price)
          return 'created'
        },
        (outcome) => (outcome === 'created' ? { actorId, action: 'model.created', subject: model.id } : null),
      ),

    change: (id: string, change: adminCatalogueApi.ModelChange, actorId: string): Promise<'changed' | 'missing' | 'writes_nothing'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          const model = await tx.model.findFirst({ where: { id, retiredAt: null } })
          if (!model) return 'missing'
          if (change.maxOutputTokens === 0 && model.kind === 'chat') return 'writes_nothing'
          const { enabled: isEnabled, ...fields } = change
          await tx.model.update({ where: { id }, data: { ...fields, isEnabled } })
          return 'changed'
        },
        (outcome) =>
          outcome === 'changed'
            ? { actorId, action: 'model.changed', subject: id, fields: Object.keys(change), enabled: change.enabled }
            : null,
      ),

    /** Takes the model out of everything. Its prices, and what calls say of it, stay. */
    retire: (id: string, actorId: string): Promise<'retired' | 'missing' | 'in_route'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          if (!(await tx.model.findFirst({ where: { id, retiredAt: null } }))) return 'missing'
          if ((await tx.routeTarget.count({ where: { modelId: id, wanted: { not: id } } })) > 0) return 'in_route'
          await tx.route.deleteMany({ where: { wanted: id } })
          await tx.model.update({ where: { id }, data: { retiredAt: new Date() } })
          return 'retired'
        },
        (outcome) => (outcome === 'retired' ? { actorId, action: 'model.deleted', subject: id } : null),
      ),
  }
}

async function endOfList(tx: Prisma.TransactionClient): Promise<number> {
  const { _max } = await tx.model.aggregate({ _max: { position: true } })
  return Math.min((_max.position ?? 0) + POSITION_STEP, LAST_POSITION)
}
