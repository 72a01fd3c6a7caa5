import type { Logger } from '@parley/telemetry'
import type { ProviderKeyStore } from './admin/provider-keys.store.ts'

/**
 * The second step of a rotation: at the start of a process with a new current master key, what older ones encrypted is
 * encrypted with it. The first step made the new key known to every replica; in the third the old one can be left out.
 */
export async function resealKeys({ providerKeys, logger }: { providerKeys: ProviderKeyStore; logger: Logger }): Promise<void> {
  const { resealed, unreadable } = await providerKeys.reseal()
  if (resealed > 0) logger.info({ resealed }, 'providers’ keys were encrypted with the current master key')
  if (unreadable.length > 0) logger.error({ unreadable }, 'providers’ keys do not open with PROVIDER_KEY_ENCRYPTION_KEYS')
}
