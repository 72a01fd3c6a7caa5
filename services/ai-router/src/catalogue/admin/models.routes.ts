import { adminCatalogueApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type App, requireAdmin } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../../errors.ts'
import { type AnnounceDeps, announceChange } from './announce-change.ts'
import type { AdminModelStore, ModelRow } from './models.store.ts'
import { shownPrice } from './prices.routes.ts'

interface Dependencies extends AnnounceDeps {
  adminModels: AdminModelStore
}

/** Administrators see, add, change, switch off and delete models. */
export function adminModelRoutes(app: App, deps: Dependencies): void {
  const { adminModels, catalogue } = deps
  const tags = ['admin']
  const params = adminCatalogueApi.modelParams
  const reply = { 200: adminCatalogueApi.modelReply }

  async function show(id: string) {
    const model = await adminModels.find(id)
    if (!model) throw errors.model_not_found()
    return { model: shown(model, catalogue.current().mayAsk(id)) }
  }

  app.get(
    '/api/v1/admin/models',
    { schema: { tags, summary: 'All models, those switched off included', response: { 200: adminCatalogueApi.modelList } } },
    async (request) => {
      requireAdmin(request)
      const models = await adminModels.list()
      return { items: models.map((model) => shown(model, catalogue.current().mayAsk(model.id))) }
    },
  )

  app.get('/api/v1/admin/models/:id', { schema: { tags, summary: 'A model', params, response: reply } }, async (request) => {
    requireAdmin(request)
    return show(request.params.id)
  })

  app.post(
    '/api/v1/admin/models',
    { schema: { tags, summary: 'Add a model', body: adminCatalogueApi.newModel, response: { 201: adminCatalogueApi.modelReply } } },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { id } = request.body
      const outcome = await adminModels.create(request.body, userId)
      if (outcome === 'exists') throw errors.model_exists()
      if (outcome === 'no_provider') throw commonErrors.invalid_request({ errors: [{ path: 'provider', message: 'does not exist' }] })
      await announceChange(deps)
      return answer.code(201).send(await show(id))
    },
  )

  app.patch(
    '/api/v1/admin/models/:id',
    {
      schema: {
        tags,
        summary: 'Change a model; enabled: false switches it off',
        params,
        body: adminCatalogueApi.modelChange,
        response: reply,
      },
    },
    async (request) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      const outcome = await adminModels.change(id, request.body, userId)
      if (outcome === 'missing') throw errors.model_not_found()
      if (outcome === 'writes_nothing') {
        throw commonErrors.invalid_request({ errors: [{ path: 'maxOutputTokens', message: 'needs 1 or more for a model that writes' }] })
      }
      await announceChange(deps)
      return show(id)
    },
  )

  app.delete(
    '/api/v1/admin/models/:id',
    { schema: { tags, summary: 'Delete a model', params, response: { 204: z.undefined() } } },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      const outcome = await adminModels.retire(id, userId)
      if (outcome === 'missing') throw errors.model_not_found()
      if (outcome === 'in_route') throw errors.model_in_route()
      await announceChange(deps)
      return answer.code(204).send()
    },
  )
}

const shown = (row: ModelRow, available: boolean): adminCatalogueApi.Model => ({
  id: row.id,
  provider: row.providerId,
  name: row.name,
  vendorModel: row.vendorModel,
  kind: row.kind === 'embedding' ? 'embedding' : 'chat',
  capabilities: row.capabilities as adminCatalogueApi.Model['capabilities'],
  contextWindow: row.contextWindow,
  maxOutputTokens: row.maxOutputTokens,
  plan: row.plan === 'pro' ? 'pro' : 'free',
  acceptsPrefill: row.acceptsPrefill,
  defaultRank: row.defaultRank,
  position: row.position,
  enabled: row.isEnabled,
  simulated: row.isSimulated,
  available,
  price: row.price && shownPrice(row.price),
})
