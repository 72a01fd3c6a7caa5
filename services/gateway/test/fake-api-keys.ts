import type { MessageInitShape } from '@bufbuild/protobuf'
import { requests, type VerifyApiKeyReplySchema } from '@parley/contracts'
import { type Bus, serve } from '@parley/messaging'
import { createApiKey } from '@parley/principal'
import { createLogger } from '@parley/telemetry'
import { v7 as newId } from 'uuid'

type Reply = MessageInitShape<typeof VerifyApiKeyReplySchema>

/** Auth as the gateway asks it about API keys. */
export function serveFakeApiKeys(bus: Bus) {
  const replies = new Map<string, Reply>()
  const asked: string[] = []
  const service = serve(
    bus,
    requests.verifyApiKey,
    async ({ keyHash }) => {
      const name = Buffer.from(keyHash).toString('hex')
      asked.push(name)
      return replies.get(name) ?? { valid: false }
    },
    { logger: createLogger({ name: 'auth', level: 'silent' }) },
  )
  let stopped: Promise<void> | undefined
  return {
    /** Hashes the gateway has asked about. */
    asked,
    stop(): Promise<void> {
      stopped ??= service.stop()
      return stopped
    },
    /** A good key. */
    create(fields: { userId?: string; scopes?: string[]; role?: string } = {}) {
      const { text, hash } = createApiKey()
      const name = Buffer.from(hash).toString('hex')
      const [keyId, userId] = [newId(), fields.userId ?? newId()]
      const scopes = fields.scopes ?? ['chat', 'embeddings', 'models']
      replies.set(name, { valid: true, keyId, userId, role: fields.role ?? 'user', plan: 'free', scopes })
      return { text, name, keyId, userId, drop: () => void replies.delete(name) }
    },
  }
}
