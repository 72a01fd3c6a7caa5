import { microUsdToDecimal, modelsApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import type { ListedModel } from './catalogue.ts'
import type { LiveCatalogue } from './live-catalogue.ts'

/** The plan of whoever asks hides nothing: an offer one cannot use yet is still an offer. */
export function modelRoutes(app: App, { catalogue }: { catalogue: LiveCatalogue }): void {
  app.get(
    '/api/v1/models',
    {
      schema: {
        tags: ['chat'],
        summary: 'Models that answers can come from',
        response: { 200: modelsApi.modelList },
      },
    },
    async (request) => {
      const { role, plan } = requireUser(request)
      const models = catalogue.current().list(role === 'admin' ? 'admin' : plan)
      return { items: models.filter(({ kind }) => kind === 'chat').map(publicModel) }
    },
  )
}

const publicModel = ({
  id,
  name,
  provider,
  contextWindow,
  capabilities,
  plan,
  price,
  isAvailable,
  isSimulated,
  isDefault,
}: ListedModel): modelsApi.Model => ({
  id,
  name,
  provider,
  contextWindow,
  capabilities: [...capabilities],
  plan,
  pricing: {
    inputUsd: microUsdToDecimal(price.inputMicroUsdPerMillion),
    outputUsd: microUsdToDecimal(price.outputMicroUsdPerMillion),
    cachedInputUsd: microUsdToDecimal(price.cachedInputMicroUsdPerMillion),
  },
  available: isAvailable,
  simulated: isSimulated,
  isDefault,
})
