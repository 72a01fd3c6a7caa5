import { usdToMicroUsd } from '@parley/contracts'
import { Prisma, type PrismaClient } from '../../prisma/generated/client.ts'
import type { Model } from './catalogue.ts'
import { type SeedModel, type SeedPrice, seedModels, seedProviders } from './default-catalogue.ts'
import type { ModelPlan } from './plan.ts'
import type { CachePolicy, RouteRule } from './route-rule.ts'
import type { ProviderRecord } from './stored-providers.ts'

/** The tables at one moment. */
export interface StoredCatalogue {
  version: bigint
  providers: ProviderRecord[]
  models: Model[]
  rules: RouteRule[]
}

export type CatalogueStore = ReturnType<typeof createCatalogueStore>

export function createCatalogueStore(prisma: PrismaClient) {
  return {
    /** Adds what is missing of the default catalogue. Several replicas may do this at once. */
    async seed(): Promise<void> {
      await prisma.$transaction([
        prisma.$queryRaw`SELECT FROM catalogue_version FOR UPDATE`,
        prisma.provider.createMany({ data: [...seedProviders], skipDuplicates: true }),
        prisma.model.createMany({ data: seedModels.map(modelRow), skipDuplicates: true }),
        prisma.price.createMany({
          data: seedModels.flatMap(({ id, prices }) => prices.map((price) => priceRow(id, price))),
          skipDuplicates: true,
        }),
      ])
    },

    /** A number that grows with every change of the catalogue's tables. */
    async readVersion(): Promise<bigint> {
      const [row] = await prisma.$queryRaw<{ version: bigint }[]>`SELECT version FROM catalogue_version`
      return row?.version ?? 0n
    },

    /** All that is not retired: providers, models that have a price, routes. */
    async read(): Promise<StoredCatalogue> {
      const [[version], providers, models, routes] = await prisma.$transaction(
        [
          prisma.$queryRaw<{ version: bigint }[]>`SELECT version FROM catalogue_version`,
          prisma.provider.findMany({ where: { retiredAt: null }, include: { key: true }, orderBy: { id: 'asc' } }),
          // Each with the price that has begun last by the database's clock.
          prisma.$queryRaw<ModelRow[]>`
            SELECT DISTINCT ON (m.position, m.id)
              m.id, m.provider_id, m.name, m.vendor_model, m.kind, m.capabilities, m.context_window, m.max_output_tokens, m.plan,
              m.is_simulated, m.accepts_prefill, m.default_rank, m.is_enabled AND v.is_enabled AS is_enabled, p.id AS price_id,
              p.input_micro_usd_per_million, p.cached_input_micro_usd_per_million, p.output_micro_usd_per_million
            FROM model m
              JOIN provider v ON v.id = m.provider_id AND v.retired_at IS NULL
              JOIN price p ON p.model_id = m.id AND p.valid_from <= now()
            WHERE m.retired_at IS NULL
            ORDER BY m.position, m.id, p.valid_from DESC, p.version DESC`,
          prisma.route.findMany({ include: withTargets }),
        ],
        { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
      )
      return {
        version: version?.version ?? 0n,
        providers: providers.map(({ kind, ...provider }) => ({ ...provider, kind: kind as ProviderRecord['kind'] })),
        models: models.map(readRow),
        rules: routes.map(ruleOf),
      }
    },
  }
}

interface ModelRow {
  id: string
  provider_id: string
  name: string
  vendor_model: string
  kind: Model['kind']
  capabilities: Model['capabilities']
  context_window: number
  max_output_tokens: number
  plan: ModelPlan
  is_simulated: boolean
  accepts_prefill: boolean
  default_rank: number | null
  is_enabled: boolean
  price_id: string
  input_micro_usd_per_million: bigint
  cached_input_micro_usd_per_million: bigint
  output_micro_usd_per_million: bigint
}

const readRow = (row: ModelRow): Model => ({
  id: row.id,
  provider: row.provider_id,
  name: row.name,
  vendorModel: row.vendor_model,
  kind: row.kind,
  capabilities: row.capabilities,
  contextWindow: row.context_window,
  maxOutputTokens: row.max_output_tokens,
  plan: row.plan,
  isSimulated: row.is_simulated,
  acceptsPrefill: row.accepts_prefill,
  defaultRank: row.default_rank,
  isEnabled: row.is_enabled,
  price: {
    id: row.price_id,
    inputMicroUsdPerMillion: row.input_micro_usd_per_million,
    cachedInputMicroUsdPerMillion: row.cached_input_micro_usd_per_million,
    outputMicroUsdPerMillion: row.output_micro_usd_per_million,
  },
})

/** The targets in the order in which they are asked; of equals the one that comes first more often. */
export const withTargets = {
  targets: { orderBy: [{ priority: 'asc' }, { weight: 'desc' }, { modelId: 'asc' }] },
} satisfies Prisma.RouteInclude

export type RouteRow = Prisma.RouteGetPayload<{ include: typeof withTargets }>

export const ruleOf = ({ wanted, plan, isHedged, targets, ...row }: RouteRow): RouteRule => ({
  wanted,
  plan: plan as ModelPlan,
  isHedged,
  cache: cacheOf(row),
  targets: targets.map(({ modelId, priority, weight }) => ({ model: modelId, priority, weight })),
})

type CacheColumns = 'cacheLifetimeS' | 'cacheMaxTemperature' | 'cacheScope' | 'cacheMinSimilarity'

function cacheOf(row: Pick<RouteRow, CacheColumns>): CachePolicy | null {
  const { cacheLifetimeS: lifetimeS, cacheMaxTemperature: maxTemperature, cacheScope, cacheMinSimilarity: minSimilarity } = row
  if (lifetimeS === null || maxTemperature === null || cacheScope === null) return null
  return { lifetimeS, maxTemperature, scope: cacheScope === 'everybody' ? 'everybody' : 'user', minSimilarity }
}

const modelRow = ({ provider, prices: _, capabilities, isSimulated, acceptsPrefill, ...model }: SeedModel, index: number) => ({
  ...model,
  providerId: provider,
  capabilities: [...capabilities],
  isSimulated: isSimulated === true,
  acceptsPrefill: acceptsPrefill === true,
  // Gaps, so that an operator can put a model in between.
  position: (index + 1) * 10,
})

const priceRow = (modelId: string, { version, inputUsd, cachedInputUsd, outputUsd, validFrom }: SeedPrice) => ({
  id: `${modelId}@${version}`,
  modelId,
  version,
  inputMicroUsdPerMillion: usdToMicroUsd(inputUsd),
  cachedInputMicroUsdPerMillion: usdToMicroUsd(cachedInputUsd),
  outputMicroUsdPerMillion: usdToMicroUsd(outputUsd),
  validFrom: new Date(validFrom),
})
