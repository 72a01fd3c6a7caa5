import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { Model, ModelPlan } from './catalogue.ts'
import { type SeedModel, type SeedPrice, seedModels, seedProviders } from './default-catalogue.ts'
import { usdToMicroUsd } from './usd.ts'

export type CatalogueStore = ReturnType<typeof createCatalogueStore>

export function createCatalogueStore(prisma: PrismaClient) {
  return {
    /** Adds what is missing of the default catalogue. Several replicas may do this at once. */
    async seed(): Promise<void> {
      await prisma.$transaction([
        prisma.provider.createMany({ data: [...seedProviders], skipDuplicates: true }),
        prisma.model.createMany({ data: seedModels.map(modelRow), skipDuplicates: true }),
        prisma.price.createMany({
          data: seedModels.flatMap(({ id, prices }) => prices.map((price) => priceRow(id, price))),
          skipDuplicates: true,
        }),
      ])
    },

    /** Enabled models that have a price, each with the newest one that has begun by the database's clock. */
    async readModels(): Promise<Model[]> {
      const rows = await prisma.$queryRaw<ModelRow[]>`
        SELECT DISTINCT ON (m.position, m.id)
          m.id, m.provider_id, m.name, m.vendor_model, m.context_window, m.max_output_tokens, m.plan, m.is_simulated,
          m.accepts_prefill, m.default_rank, p.id AS price_id, p.input_micro_usd_per_million,
          p.cached_input_micro_usd_per_million, p.output_micro_usd_per_million
        FROM model m JOIN price p ON p.model_id = m.id AND p.valid_from <= now()
        WHERE m.is_enabled
        ORDER BY m.position, m.id, p.version DESC`
      return rows.map(readRow)
    },
  }
}

interface ModelRow {
  id: string
  provider_id: string
  name: string
  vendor_model: string
  context_window: number
  max_output_tokens: number
  plan: ModelPlan
  is_simulated: boolean
  accepts_prefill: boolean
  default_rank: number | null
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
  contextWindow: row.context_window,
  maxOutputTokens: row.max_output_tokens,
  plan: row.plan,
  isSimulated: row.is_simulated,
  acceptsPrefill: row.accepts_prefill,
  defaultRank: row.default_rank,
  price: {
    id: row.price_id,
    inputMicroUsdPerMillion: row.input_micro_usd_per_million,
    cachedInputMicroUsdPerMillion: row.cached_input_micro_usd_per_million,
    outputMicroUsdPerMillion: row.output_micro_usd_per_million,
  },
})

const modelRow = ({ provider, prices: _, isSimulated, acceptsPrefill, ...model }: SeedModel, index: number) => ({
  ...model,
  providerId: provider,
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
