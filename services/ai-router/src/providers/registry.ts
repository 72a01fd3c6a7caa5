import { createAnthropicProvider } from './anthropic/anthropic.provider.ts'
import { createCohereProvider } from './cohere/cohere.provider.ts'
import { createGeminiProvider } from './gemini/gemini.provider.ts'
import { createOpenaiProvider } from './openai/openai.provider.ts'
import { createOpenaiCompatibleProvider } from './openai/openai-compatible.provider.ts'
import type { Provider, ProviderSettings } from './provider.ts'

/** Every kind of vendor we speak to: one line each. The key is the kind in a provider's record. */
const vendors = {
  openai: createOpenaiProvider,
  anthropic: createAnthropicProvider,
  gemini: createGeminiProvider,
  cohere: createCohereProvider,
  'openai-compatible': createOpenaiCompatibleProvider,
} satisfies Record<string, (settings: ProviderSettings) => Provider>

export type ProviderKind = keyof typeof vendors

export const providerKinds = Object.keys(vendors) as readonly ProviderKind[]

/** One provider as the environment or its record describes it. Any number of them may be of one kind. */
export interface ProviderConfiguration extends Omit<ProviderSettings, 'connectTimeoutMs'> {
  kind: ProviderKind
  /** Behind the base URL is our simulator, not the vendor. Only simulated models are offered then. */
  isSimulated: boolean
}

/** The providers that can be used, by id; changed while the service runs. */
export interface ProviderRegistry {
  /** What was got is to be asked at once: it may be replaced a moment later. */
  get(id: string): Provider | undefined
  /** Is it configured, and with what? */
  modeOf(id: string): 'real' | 'simulated' | undefined
  /**
   * Adds a provider, or puts another one in its place: new streams go there, and those of the old one end in peace. One
   * that is configured like this already stays as it is, its connections and all.
   */
  put(configuration: ProviderConfiguration): void
  /** New streams are none of its; running ones end in peace. Nothing happens when it is unknown. */
  remove(id: string): void
  /** Cuts what still runs, replaced providers' streams included. */
  close(): Promise<void>
}

interface Entry {
  provider: Provider
  configuration: ProviderConfiguration
}

export function openProviders(
  configured: readonly ProviderConfiguration[],
  common: Pick<ProviderSettings, 'connectTimeoutMs'>,
): ProviderRegistry {
  const entries = new Map<string, Entry>()
  const retiring = new Set<Provider>()
  const retire = (id: string) => {
    const provider = entries.get(id)?.provider
    entries.delete(id)
    if (!provider) return
    retiring.add(provider)
    // A failure to close has nobody left to tell: what is gone is gone.
    void provider
      .retire()
      .catch(() => undefined)
      .finally(() => retiring.delete(provider))
  }
  const registry: ProviderRegistry = {
    get: (id) => entries.get(id)?.provider,
    modeOf(id) {
      const entry = entries.get(id)
      return entry && (entry.configuration.isSimulated ? 'simulated' : 'real')
    },
    put({ id, kind, apiKey, baseUrl, isSimulated }) {
      const configuration = { id, kind, apiKey, baseUrl, isSimulated }
      const known = entries.get(id)?.configuration
      if (known && isSame(known, configuration)) return
      // Made first: a configuration that cannot be used leaves the old one in its place.
      const provider = vendors[kind]({ id, apiKey, baseUrl, ...common })
      retire(id)
      entries.set(id, { provider, configuration })
    },
    remove: retire,
    async close() {
      const all = [...retiring, ...[...entries.values()].map(({ provider }) => provider)]
      entries.clear()
      await Promise.all(all.map((provider) => provider.close()))
    },
  }
  for (const configuration of configured) registry.put(configuration)
  return registry
}

const isSame = (one: ProviderConfiguration, other: ProviderConfiguration): boolean =>
  one.kind === other.kind && one.apiKey === other.apiKey && one.baseUrl === other.baseUrl && one.isSimulated === other.isSimulated
