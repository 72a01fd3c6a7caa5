import type { adminCatalogueApi } from '@parley/contracts'
import type { Prisma, PrismaClient } from '../../../prisma/generated/client.ts'
import { changeCatalogue } from './change-catalogue.ts'

const withKey = { key: { select: { id: true, masked: true, masterKeyId: true, createdBy: true, createdAt: true } } } as const

/** A provider with what may be said of its key. */
export type ProviderRow = Prisma.ProviderGetPayload<{ include: typeof withKey }>

export type AdminProviderStore = ReturnType<typeof createAdminProviderStore>

export function createAdminProviderStore(prisma: PrismaClient) {
  return {
    list: (): Promise<ProviderRow[]> => prisma.provider.findMany({ where: { retiredAt: null }, include: withKey, orderBy: { id: 'asc' } }),

    find: (id: string): Promise<ProviderRow | null> => prisma.provider.findFirst({ where: { id, retiredAt: null }, include: withKey }),

    /** One that was deleted before comes back. */
    create: ({ enabled: isEnabled, ...fields }: adminCatalogueApi.NewProvider, actorId: string): Promise<'created' | 'exists'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          const { id } = fields
          const known = await tx.provider.findUnique({ where: { id } })
          if (known && known.retiredAt === null) return 'exists'
          const data = { ...fields, baseUrl: fields.baseUrl ?? null, isEnabled, retiredAt: null }
          await tx.provider.upsert({ where: { id }, create: data, update: data })
          return 'created'
        },
        (outcome) => (outcome === 'created' ? { actorId, action: 'provider.created', subject: fields.id } : null),
      ),

    /** A new address forgets the key, which was meant for the old one: otherwise it could be read by whoever sets the address. */
    change: (id: string, change: adminCatalogueApi.ProviderChange, actorId: string): Promise<'changed' | 'missing'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          const { enabled: isEnabled, ...fields } = change
          const provider = await tx.provider.findFirst({ where: { id, retiredAt: null } })
          if (!provider) return 'missing'
          const isMoved = fields.baseUrl !== undefined && fields.baseUrl !== provider.baseUrl
          if (isMoved) await tx.providerKey.deleteMany({ where: { providerId: id } })
          await tx.provider.update({ where: { id }, data: { ...fields, isEnabled } })
          return 'changed'
        },
        (outcome) =>
          outcome === 'changed'
            ? { actorId, action: 'provider.changed', subject: id, fields: Object.keys(change), enabled: change.enabled }
            : null,
      ),

    /** Takes the provider out and deletes its key. The row stays for models that were deleted, which calls name. */
    retire: (id: string, actorId: string): Promise<'retired' | 'missing' | 'in_use'> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          if (!(await tx.provider.findFirst({ where: { id, retiredAt: null } }))) return 'missing'
          if ((await tx.model.count({ where: { providerId: id, retiredAt: null } })) > 0) return 'in_use'
          await tx.providerKey.deleteMany({ where: { providerId: id } })
          await tx.provider.update({ where: { id }, data: { retiredAt: new Date() } })
          return 'retired'
        },
        (outcome) => (outcome === 'retired' ? { actorId, action: 'provider.deleted', subject: id } : null),
      ),
  }
}
