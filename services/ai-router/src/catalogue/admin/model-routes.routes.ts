import { adminCatalogueApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type App, requireAdmin } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../../errors.ts'
import type { CachePolicy, RouteRule } from '../route-rule.ts'
import { type AnnounceDeps, announceChange } from './announce-change.ts'
import type { ModelRouteStore } from './model-routes.store.ts'

interface Dependencies extends AnnounceDeps {
  modelRoutes: ModelRouteStore
}

/** Administrators decide where requests go that name a model, or none. */
export function modelRouteRoutes(app: App, deps: Dependencies): void {
  const { modelRoutes } = deps
  const tags = ['admin']
  const params = adminCatalogueApi.routeParams

  app.get(
    '/api/v1/admin/routes',
    { schema: { tags, summary: 'All routes', response: { 200: adminCatalogueApi.routeList } } },
    async (request) => {
      requireAdmin(request)
      return { items: (await modelRoutes.list()).map(shown) }
    },
  )

  app.put(
    '/api/v1/admin/routes/:model/:plan',
    {
      schema: {
        tags,
        summary: 'Where requests go that name this model, or auto, by users of this plan and above',
        params,
        body: adminCatalogueApi.newRoute,
        response: { 200: adminCatalogueApi.routeReply },
      },
    },
    async (request) => {
      const { userId } = requireAdmin(request)
      const { model, plan } = request.params
      const outcome = await modelRoutes.put({ wanted: model, plan }, request.body, userId)
      if (outcome === 'no_model') throw errors.model_not_found()
      if (outcome !== 'put') throw commonErrors.invalid_request({ errors: outcome })
      await announceChange(deps)
      return { route: { model, plan, ...request.body } }
    },
  )

  app.delete(
    '/api/v1/admin/routes/:model/:plan',
    { schema: { tags, summary: 'Back to the default', params, response: { 204: z.undefined() } } },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { model, plan } = request.params
      if (!(await modelRoutes.remove({ wanted: model, plan }, userId))) throw errors.route_not_found()
      await announceChange(deps)
      return answer.code(204).send()
    },
  )
}

const shown = ({ wanted, plan, targets, isHedged, cache }: RouteRule): adminCatalogueApi.Route => ({
  model: wanted,
  plan,
  targets: [...targets],
  hedged: isHedged,
  cache: cache && policyShown(cache),
})

const policyShown = ({ minSimilarity, ...policy }: CachePolicy): adminCatalogueApi.CachePolicy => ({
  ...policy,
  semantic: minSimilarity === null ? null : { minSimilarity },
})
