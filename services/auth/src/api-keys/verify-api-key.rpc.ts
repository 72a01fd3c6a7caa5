import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import { type Bus, serve } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { Stores } from '../stores.ts'

/** Tells the edge whose key it was shown. It only ever learns the hash, which is worth nothing to whoever overhears it. */
export function serveApiKeys({ bus, stores, logger }: { bus: Bus; stores: Pick<Stores, 'apiKeys'>; logger: Logger }) {
  return serve(
    bus,
    requests.verifyApiKey,
    async ({ keyHash }) => {
      const key = await stores.apiKeys.verify(new Uint8Array(keyHash))
      if (!key) return { valid: false }
      const { id: keyId, accountId: userId, role, plan, scopes, expiresAt } = key
      return { valid: true, keyId, userId, role, plan, scopes, expiresAt: expiresAt ? timestampFromDate(expiresAt) : undefined }
    },
    { logger },
  )
}
