import { createAnthropicProvider } from './anthropic/anthropic.provider.ts'
import { createOpenaiProvider } from './openai/openai.provider.ts'
import type { Provider, ProviderSettings } from './provider.ts'

/** Every kind of vendor we speak to: one line each. */
const vendors = {
  openai: createOpenaiProvider,
  anthropic: createAnthropicProvider,
  'openai-compatible': createOpenaiProvider,
} satisfies Record<string, (settings: ProviderSettings) => Provider>

export type ProviderKind = keyof typeof vendors

export const providerKinds = Object.keys(vendors) as readonly ProviderKind[]

export interface ProviderConfiguration extends Omit<ProviderSettings, 'connectTimeoutMs' | 'apiKey'> {
  kind: ProviderKind
  apiKey: string | null
  /** Behind the base URL is our simulator, not the vendor. Only simulated models are offered then. */
  isSimulated: boolean
}

/** The providers that can be used, by id. */
export interface ProviderRegistry {
  get(id: string): Provider | undefined
  /** Is it configured, and with what? */
  modeOf(id: string): 'real' | 'simulated' | undefined
  put(configuration: ProviderConfiguration): void
  remove(id: string): void
  close(): Promise<void>
}

export function openProviders(
  configured: readonly ProviderConfiguration[],
  common: Pick<ProviderSettings, 'connectTimeoutMs'>,
): ProviderRegistry {
  const entries = new Map<string, { provider: Provider; configuration: ProviderConfiguration }>()
  const retired: Provider[] = []
  const remove = (id: string) => {
    const entry = entries.get(id)
    if (entry) retired.push(entry.provider)
    entries.delete(id)
  }
  const registry: ProviderRegistry = {
    get: (id) => entries.get(id)?.provider,
    modeOf(id) {
      const entry = entries.get(id)
      return entry && (entry.configuration.isSimulated ? 'simulated' : 'real')
    },
    put(configuration) {
      const { id, kind, apiKey, baseUrl } = configuration
      if (JSON.stringify(entries.get(id)?.configuration) === JSON.stringify(configuration)) return
      const provider = vendors[kind]({ id, apiKey: apiKey ?? 'none', baseUrl, ...common })
      remove(id)
      entries.set(id, { provider, configuration })
    },
    remove,
    close: async () => {
      await Promise.all([...retired, ...[...entries.values()].map(({ provider }) => provider)].map((provider) => provider.close()))
    },
  }
  for (const configuration of configured) registry.put(configuration)
  return registry
}
