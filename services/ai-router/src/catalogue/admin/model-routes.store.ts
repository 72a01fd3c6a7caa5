import type { adminCatalogueApi } from '@parley/contracts'
import type { ErrorIssue } from '@parley/errors'
import type { Prisma, PrismaClient } from '../../../prisma/generated/client.ts'
import { ruleOf, withTargets } from '../catalogue.store.ts'
import { AUTO_ID } from '../catalogue.ts'
import type { ModelPlan } from '../plan.ts'
import type { RouteRule } from '../route-rule.ts'
import { changeCatalogue } from './change-catalogue.ts'

export type ModelRouteStore = ReturnType<typeof createModelRouteStore>

/** What a route is for. */
export interface RouteKey {
  wanted: string
  plan: ModelPlan
}

export function createModelRouteStore(prisma: PrismaClient) {
  return {
    list: async (): Promise<RouteRule[]> =>
      (await prisma.route.findMany({ include: withTargets, orderBy: [{ wanted: 'asc' }, { plan: 'asc' }] })).map(ruleOf),

    /** Takes the place of the route before. */
    put: (key: RouteKey, route: adminCatalogueApi.NewRoute, actorId: string): Promise<'put' | 'no_model' | ErrorIssue[]> =>
      changeCatalogue(
        prisma,
        async (tx) => {
          const { wanted, plan } = key
          const kind = wanted === AUTO_ID ? 'chat' : (await tx.model.findFirst({ where: { id: wanted, retiredAt: null } }))?.kind
          if (kind === undefined) return 'no_model'
          const issues = await wrongTargets(tx, plan, kind, route.targets)
          if (issues.length > 0) return issues
          await tx.route.deleteMany({ where: key })
          await tx.route.create({
            data: {
              ...key,
              isHedged: route.hedged,
              cacheLifetimeS: route.cache?.lifetimeS,
              cacheMaxTemperature: route.cache?.maxTemperature,
              cacheScope: route.cache?.scope,
              cacheMinSimilarity: route.cache?.semantic?.minSimilarity,
              targets: { create: route.targets.map(({ model: modelId, ...target }) => ({ modelId, ...target })) },
            },
          })
          return 'put'
        },
        (outcome) => (outcome === 'put' ? { actorId, action: 'route.changed', subject: subjectOf(key) } : null),
      ),

    /** False when there was none. */
    remove: (key: RouteKey, actorId: string): Promise<boolean> =>
      changeCatalogue(
        prisma,
        async (tx) => (await tx.route.deleteMany({ where: key })).count > 0,
        (isRemoved) => (isRemoved ? { actorId, action: 'route.deleted', subject: subjectOf(key) } : null),
      ),
  }
}

const subjectOf = ({ wanted, plan }: RouteKey): string => `${wanted} ${plan}`

async function wrongTargets(
  tx: Prisma.TransactionClient,
  plan: ModelPlan,
  kind: string,
  targets: adminCatalogueApi.NewRoute['targets'],
): Promise<ErrorIssue[]> {
  const known = await tx.model.findMany({ where: { id: { in: targets.map(({ model }) => model) }, retiredAt: null } })
  return targets.flatMap(({ model: id }, index) => {
    const path = `targets.${index}.model`
    const model = known.find((candidate) => candidate.id === id)
    if (model?.kind !== kind) return [{ path, message: kind === 'chat' ? 'is no model that answers' : 'is no embedding model' }]
    return model.plan === 'pro' && plan === 'free' ? [{ path, message: 'is not for the plan of this route' }] : []
  })
}
