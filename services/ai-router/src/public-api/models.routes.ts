import type { Principal } from '@parley/principal'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import type { ListedModel } from '../catalogue/catalogue.ts'
import type { LiveCatalogue } from '../catalogue/live-catalogue.ts'
import { errors } from '../errors.ts'

/** A model as OpenAI lists it. */
interface OpenAiModel {
  id: string
  object: 'model'
  /** OpenAI says when a model was made; of a model of another vendor nobody says so. */
  created: number
  owned_by: string
}

/** What is chosen by plan, length and availability. */
const AUTO: OpenAiModel = { id: 'auto', object: 'model', created: 0, owned_by: 'parley' }

/** GET /v1/models and /v1/models/{id}: what the caller's plan may use at this moment. */
export function openAiModelRoutes(app: App, { catalogue }: { catalogue: LiveCatalogue }): void {
  const usable = (principal: Principal): OpenAiModel[] => {
    const models = catalogue.current().list()
    return [AUTO, ...models.filter((model) => model.isAvailable && mayUse(principal, model)).map(openAiModel)]
  }

  app.get('/v1/models', { schema: { hide: true } }, async (request) => ({ object: 'list', data: usable(requireUser(request)) }))

  // Ids may hold slashes.
  app.get('/v1/models/*', { schema: { hide: true, params: z.object({ '*': z.string() }) } }, async (request) => {
    const model = usable(requireUser(request)).find(({ id }) => id === request.params['*'])
    if (!model) throw errors.model_not_allowed()
    return model
  })
}

const mayUse = ({ role, plan }: Principal, model: ListedModel): boolean => role === 'admin' || model.plan === 'free' || plan === 'pro'

const openAiModel = ({ id, provider }: ListedModel): OpenAiModel => ({ id, object: 'model', created: 0, owned_by: provider })
