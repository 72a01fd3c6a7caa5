import type { ProviderConfiguration } from '../../providers/registry.ts'
import { maskKey } from '../mask-key.ts'

/** What administrators are shown of a provider that the environment sets up. */
export interface ConfiguredProvider {
  baseUrl: string
  key: { masked: string; masterKeyId: null; createdAt: null; createdBy: null } | null
}

/** By id. */
export type ConfiguredProviders = ReadonlyMap<string, ConfiguredProvider>

export function maskConfigured(configured: readonly ProviderConfiguration[]): ConfiguredProviders {
  return new Map(
    configured.map(({ id, baseUrl, apiKey, isSimulated }) => {
      // A simulated vendor asks for no key.
      const key = isSimulated || apiKey === null ? null : { masked: maskKey(apiKey), masterKeyId: null, createdAt: null, createdBy: null }
      return [id, { baseUrl, key }]
    }),
  )
}
