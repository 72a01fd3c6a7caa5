import { adminCatalogueApi, microUsdToDecimal } from '@parley/contracts'
import { type App, requireAdmin } from '@parley/service-kit'
import { errors } from '../../errors.ts'
import { type AnnounceDeps, announceChange } from './announce-change.ts'
import type { PriceRow, PriceStore } from './prices.store.ts'

interface Dependencies extends AnnounceDeps {
  prices: PriceStore
}

/** Administrators see a model's prices and add versions. None is ever changed (B-2). */
export function priceRoutes(app: App, deps: Dependencies): void {
  const tags = ['admin']
  const params = adminCatalogueApi.modelParams

  app.get(
    '/api/v1/admin/models/:id/prices',
    { schema: { tags, summary: 'All versions of a model’s price', params, response: { 200: adminCatalogueApi.priceList } } },
    async (request) => {
      requireAdmin(request)
      const prices = await deps.prices.list(request.params.id)
      if (!prices) throw errors.model_not_found()
      return { items: prices.map(shownPrice) }
    },
  )

  app.post(
    '/api/v1/admin/models/:id/prices',
    {
      schema: {
        tags,
        summary: 'A new version of a model’s price',
        params,
        body: adminCatalogueApi.newPrice,
        response: { 201: adminCatalogueApi.priceReply },
      },
    },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const price = await deps.prices.add(request.params.id, request.body, userId)
      if (!price) throw errors.model_not_found()
      await announceChange(deps)
      return answer.code(201).send({ price: shownPrice(price) })
    },
  )
}

export const shownPrice = (row: PriceRow): adminCatalogueApi.Price => ({
  id: row.id,
  version: row.version,
  inputUsd: microUsdToDecimal(row.inputMicroUsdPerMillion),
  cachedInputUsd: microUsdToDecimal(row.cachedInputMicroUsdPerMillion),
  outputUsd: microUsdToDecimal(row.outputMicroUsdPerMillion),
  validFrom: row.validFrom.toISOString(),
  createdAt: row.createdAt.toISOString(),
})
