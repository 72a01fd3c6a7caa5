import { adminCatalogueApi } from '@parley/contracts'
import { type App, requireAdmin } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../../errors.ts'
import type { ProviderRegistry } from '../../providers/registry.ts'
import { type AnnounceDeps, announceChange } from './announce-change.ts'
import type { ConfiguredProviders } from './configured-providers.ts'
import type { AdminProviderStore, ProviderRow } from './providers.store.ts'

interface Dependencies extends AnnounceDeps {
  adminProviders: AdminProviderStore
  providers: Pick<ProviderRegistry, 'modeOf'>
  configuredProviders: ConfiguredProviders
}

/** Administrators see, add, change, switch off and delete providers. */
export function adminProviderRoutes(app: App, deps: Dependencies): void {
  const { adminProviders, configuredProviders } = deps
  const tags = ['admin']
  const params = adminCatalogueApi.providerParams
  const reply = { 200: adminCatalogueApi.providerReply }
  const shown = (row: ProviderRow) => showProvider(row, deps)

  app.get(
    '/api/v1/admin/providers',
    { schema: { tags, summary: 'All providers, those switched off included', response: { 200: adminCatalogueApi.providerList } } },
    async (request) => {
      requireAdmin(request)
      return { items: (await adminProviders.list()).map(shown) }
    },
  )

  app.get('/api/v1/admin/providers/:id', { schema: { tags, summary: 'A provider', params, response: reply } }, async (request) => {
    requireAdmin(request)
    return { provider: shown(await findProvider(adminProviders, request.params.id)) }
  })

  app.post(
    '/api/v1/admin/providers',
    {
      schema: { tags, summary: 'Add a provider', body: adminCatalogueApi.newProvider, response: { 201: adminCatalogueApi.providerReply } },
    },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { id } = request.body
      if ((await adminProviders.create(request.body, userId)) === 'exists') throw errors.provider_exists()
      await announceChange(deps)
      return answer.code(201).send({ provider: shown(await findProvider(adminProviders, id)) })
    },
  )

  app.patch(
    '/api/v1/admin/providers/:id',
    {
      schema: {
        tags,
        summary: 'Change a provider; enabled: false switches all its models off, a new address forgets its key',
        params,
        body: adminCatalogueApi.providerChange,
        response: reply,
      },
    },
    async (request) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      if (request.body.baseUrl !== undefined && configuredProviders.get(id)) throw errors.provider_from_environment()
      if ((await adminProviders.change(id, request.body, userId)) === 'missing') throw errors.provider_not_found()
      await announceChange(deps)
      return { provider: shown(await findProvider(adminProviders, id)) }
    },
  )

  app.delete(
    '/api/v1/admin/providers/:id',
    { schema: { tags, summary: 'Delete a provider that has no models, and its key', params, response: { 204: z.undefined() } } },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      const outcome = await adminProviders.retire(id, userId)
      if (outcome === 'missing') throw errors.provider_not_found()
      if (outcome === 'in_use') throw errors.provider_in_use()
      await announceChange(deps)
      return answer.code(204).send()
    },
  )
}

export async function findProvider(adminProviders: AdminProviderStore, id: string): Promise<ProviderRow> {
  const provider = await adminProviders.find(id)
  if (!provider) throw errors.provider_not_found()
  return provider
}

/** What the environment sets up is shown as it is there, whatever the row says. */
export function showProvider(
  row: ProviderRow,
  { providers, configuredProviders }: Pick<Dependencies, 'providers' | 'configuredProviders'>,
): adminCatalogueApi.Provider {
  const configured = configuredProviders.get(row.id)
  const mode = providers.modeOf(row.id)
  return {
    id: row.id,
    name: row.name,
    kind: row.kind as adminCatalogueApi.Provider['kind'],
    enabled: row.isEnabled,
    source: configured ? 'environment' : 'record',
    baseUrl: configured?.baseUrl ?? row.baseUrl,
    simulated: mode === 'simulated',
    usable: mode !== undefined,
    key: configured ? configured.key : row.key && { ...row.key, createdAt: row.key.createdAt.toISOString() },
  }
}
