import type { Logger } from '@parley/telemetry'
import type { ProviderConfiguration, ProviderKind, ProviderRegistry } from '../providers/registry.ts'
import type { KeyVault, SealedKey } from './key-vault.ts'

/** A provider as its row describes it. */
export interface ProviderRecord {
  id: string
  name: string
  kind: ProviderKind
  /** Null: the address that the vendor publishes. */
  baseUrl: string | null
  isEnabled: boolean
  key: StoredKey | null
}

export interface StoredKey extends SealedKey {
  /** Of the row. */
  id: string
  masked: string
  createdBy: string
  createdAt: Date
}

/** Where vendors say they are. An OpenAI-compatible provider is where its record says. */
const PUBLISHED_URLS: Readonly<Partial<Record<ProviderKind, string>>> = {
  openai: 'https://api.openai.com/v1',
  anthropic: 'https://api.anthropic.com',
  gemini: 'https://generativelanguage.googleapis.com',
  cohere: 'https://api.cohere.com',
}

interface StoredProvidersDeps {
  registry: Pick<ProviderRegistry, 'put' | 'remove'>
  vault: KeyVault
  /** Ids that the environment configures: it wins. */
  configuredIds: ReadonlySet<string>
  logger: Logger
}

export interface StoredProviders {
  /** Makes the providers that can be asked the ones of these records. What runs on others ends in peace. */
  apply(records: readonly ProviderRecord[]): void
}

/** Keeps the registry as the table says. A record that cannot be used is reported and leaves the others alone. */
export function createStoredProviders({ registry, vault, configuredIds, logger }: StoredProvidersDeps): StoredProviders {
  let applied = new Set<string>()

  function put(record: ProviderRecord): boolean {
    try {
      const configuration = configurationOf(record, vault)
      if (configuration) registry.put(configuration)
      return configuration !== null
    } catch (error) {
      logger.error(
        { err: error, provider: record.id, masterKeyId: record.key?.masterKeyId },
        'a provider cannot be used as its record says',
      )
      return false
    }
  }

  return {
    apply(records) {
      const usable = records.filter(({ id }) => !configuredIds.has(id)).filter(put)
      const next = new Set(usable.map(({ id }) => id))
      for (const id of applied) if (!next.has(id)) registry.remove(id)
      applied = next
    },
  }
}

/** Null when something is missing for asking it. */
function configurationOf({ id, kind, baseUrl, key }: ProviderRecord, vault: KeyVault): ProviderConfiguration | null {
  const address = baseUrl ?? PUBLISHED_URLS[kind]
  if (address === undefined || (key === null && kind !== 'openai-compatible')) return null
  const apiKey = key && vault.open({ id: key.id, providerId: id }, key)
  return { id, kind, apiKey, baseUrl: address, isSimulated: false }
}
