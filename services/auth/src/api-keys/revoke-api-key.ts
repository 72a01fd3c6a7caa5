import { timestampNow } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Device } from '../sessions/device.ts'
import type { Transact } from '../stores.ts'

/** Ends a key everywhere. False when the account has no such key. */
export function revokeApiKey(
  { transact }: { transact: Transact },
  { accountId, keyId, device }: { accountId: string; keyId: string; device: Device },
): Promise<boolean> {
  return transact(async ({ apiKeys, audit, publish }) => {
    if (!(await apiKeys.revoke(accountId, keyId))) return false
    await publish(events.apiKeyRevoked, { aggregateId: accountId, message: { userId: accountId, keyId, occurredAt: timestampNow() } })
    await audit.record({ action: 'api_key.revoked', actorId: accountId, subjectId: accountId, device, detail: { keyId } })
    return true
  })
}
