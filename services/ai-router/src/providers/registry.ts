import { createAnthropicProvider } from './anthropic/anthropic.provider.ts'
import { createOpenaiProvider } from './openai/openai.provider.ts'
import type { Provider, ProviderSettings } from './provider.ts'

/** Every vendor we speak to: one line each. The key is the catalogue's provider id. */
const vendors = {
  openai: createOpenaiProvider,
  anthropic: createAnthropicProvider,
} satisfies Record<string, (settings: ProviderSettings) => Provider>

export type ProviderId = keyof typeof vendors

/** What the configuration says about a provider. */
export interface ProviderConfiguration extends ProviderSettings {
  id: ProviderId
  /** Behind the base URL is our simulator, not the vendor. Only simulated models are offered then. */
  isSimulated: boolean
}

/** The providers that can be used, by id. */
export interface ProviderRegistry {
  get(id: string): Provider | undefined
  /** Is it configured, and with what? */
  modeOf(id: string): 'real' | 'simulated' | undefined
  close(): Promise<void>
}

export function openProviders(configured: readonly ProviderConfiguration[]): ProviderRegistry {
  const providers = new Map<string, Provider>()
  const simulated = new Set<string>()
  for (const { isSimulated, ...settings } of configured) {
    providers.set(settings.id, vendors[settings.id](settings))
    if (isSimulated) simulated.add(settings.id)
  }
  return {
    get: (id) => providers.get(id),
    modeOf: (id) => (providers.has(id) ? (simulated.has(id) ? 'simulated' : 'real') : undefined),
    close: async () => {
      await Promise.all([...providers.values()].map((provider) => provider.close()))
    },
  }
}
