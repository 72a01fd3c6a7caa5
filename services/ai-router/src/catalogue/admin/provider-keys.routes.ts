import { adminCatalogueApi } from '@parley/contracts'
import { type App, requireAdmin } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../../errors.ts'
import type { ProviderRegistry } from '../../providers/registry.ts'
import type { KeyVault } from '../key-vault.ts'
import { type AnnounceDeps, announceChange } from './announce-change.ts'
import type { ConfiguredProviders } from './configured-providers.ts'
import type { ProviderKeyStore } from './provider-keys.store.ts'
import { findProvider, showProvider } from './providers.routes.ts'
import type { AdminProviderStore } from './providers.store.ts'

interface Dependencies extends AnnounceDeps {
  adminProviders: AdminProviderStore
  providerKeys: ProviderKeyStore
  providers: Pick<ProviderRegistry, 'modeOf'>
  configuredProviders: ConfiguredProviders
  vault: KeyVault
}

/** Administrators give a provider its key and take it away. Nobody reads one back. */
export function providerKeyRoutes(app: App, deps: Dependencies): void {
  const { adminProviders, providerKeys, configuredProviders, vault } = deps
  const tags = ['admin']
  const params = adminCatalogueApi.providerParams

  app.put(
    '/api/v1/admin/providers/:id/key',
    {
      schema: {
        tags,
        summary: 'Set the key that a provider is asked with',
        params,
        body: adminCatalogueApi.providerKey,
        response: { 200: adminCatalogueApi.providerReply },
      },
    },
    async (request) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      if (configuredProviders.has(id)) throw errors.provider_from_environment()
      if (vault.currentId === null) throw errors.provider_keys_off()
      if (!(await providerKeys.put(id, request.body.key, userId))) throw errors.provider_not_found()
      await announceChange(deps)
      return { provider: showProvider(await findProvider(adminProviders, id), deps) }
    },
  )

  app.delete(
    '/api/v1/admin/providers/:id/key',
    { schema: { tags, summary: 'Forget a provider’s key', params, response: { 204: z.undefined() } } },
    async (request, answer) => {
      const { userId } = requireAdmin(request)
      const { id } = request.params
      if (configuredProviders.has(id)) throw errors.provider_from_environment()
      if (!(await providerKeys.remove(id, userId))) throw errors.provider_key_not_found()
      await announceChange(deps)
      return answer.code(204).send()
    },
  )
}
