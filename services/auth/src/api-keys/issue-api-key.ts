import { commonErrors } from '@parley/errors'
import { createApiKey } from '@parley/principal'
import { v7 as newId } from 'uuid'
import { errors } from '../errors.ts'
import type { Device } from '../sessions/device.ts'
import type { Transact } from '../stores.ts'

export interface ApiKeyWish {
  accountId: string
  name: string
  scopes: readonly string[]
  /** Null: until it is revoked. */
  expiresAt: Date | null
  device: Device
}

/** Makes a key. Its text is nowhere but in the result. */
export async function issueApiKey(
  { transact, apiKeyLimit }: { transact: Transact; apiKeyLimit: number },
  { accountId, name, scopes, expiresAt, device }: ApiKeyWish,
): Promise<{ id: string; key: string }> {
  const id = newId()
  const { text, hash, prefix } = createApiKey()
  await transact(async ({ accounts, apiKeys, audit }) => {
    if (!(await accounts.findById(accountId))) throw commonErrors.unauthenticated({ internal: 'the account is gone' })
    const creation = await apiKeys.create({ id, accountId, name, prefix, keyHash: hash, scopes, expiresAt }, apiKeyLimit)
    if (creation === 'limited') throw errors.too_many_api_keys({ params: { limit: apiKeyLimit } })
    if (creation === 'expired') throw commonErrors.invalid_request({ errors: [{ path: 'expiresAt', message: 'lies in the past' }] })
    const detail = { keyId: id, scopes: [...scopes], expires: expiresAt?.toISOString() ?? 'never' }
    await audit.record({ action: 'api_key.created', actorId: accountId, subjectId: accountId, device, detail })
  })
  return { id, key: text }
}
