import { providerHealthApi } from '@parley/contracts/public'
import { type App, requireAdmin } from '@parley/service-kit'
import type { ListedModel } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import type { Breakers } from './breakers.ts'
import type { FirstTokenTimes } from './first-token-times.ts'
import type { RateLimits } from './rate-limits.ts'

interface HealthDeps {
  catalogue: LiveCatalogue
  breakers: Pick<Breakers, 'stateOf'>
  rateLimits: Pick<RateLimits, 'waitMs'>
  firstTokens: FirstTokenTimes
}

/** What is asked at the moment and what is not, of the models that can be used. */
export function providerHealthRoutes(app: App, deps: HealthDeps): void {
  app.get(
    '/api/v1/admin/providers/health',
    {
      schema: {
        tags: ['admin'],
        summary: 'Which models are asked at the moment, and why others are not',
        response: { 200: providerHealthApi.providerHealth },
      },
    },
    async (request) => {
      requireAdmin(request)
      const models = deps.catalogue.current().list()
      return { items: models.filter(({ isAvailable }) => isAvailable).map((model) => healthOf(deps, model)) }
    },
  )
}

function healthOf({ breakers, rateLimits, firstTokens }: HealthDeps, model: ListedModel): providerHealthApi.TargetHealth {
  const rounded = (durationMs: number | null) => (durationMs === null ? null : Math.round(durationMs))
  return {
    provider: model.provider,
    model: model.id,
    name: model.name,
    ...breakers.stateOf(model),
    limitedForMs: Math.ceil(rateLimits.waitMs(model)),
    firstTokenMs: { p50: rounded(firstTokens.median(model)), p95: rounded(firstTokens.p95(model)) },
  }
}
