import { z } from 'zod'
import { displayName, id, time } from './common.ts'

/** What a key may be used for: conversations and answers, vectors of texts, the list of models. */
export const apiKeyScope = z.enum(['chat', 'embeddings', 'models'])
export type ApiKeyScope = z.infer<typeof apiKeyScope>

export const createApiKeyBody = z.strictObject({
  name: displayName,
  scopes: z
    .array(apiKeyScope)
    .min(1)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'each scope once'),
  /** Left out: the key lives until it is revoked. */
  expiresAt: time.optional(),
})

/** `key` is shown this once; nobody can show it again. */
export const createApiKeyReply = z.object({ id, key: z.string() })
export type CreateApiKeyReply = z.infer<typeof createApiKeyReply>

export const apiKey = z.object({
  id,
  name: z.string(),
  /** How the key begins, so that its owner can tell it from others. */
  prefix: z.string(),
  scopes: z.array(apiKeyScope),
  createdAt: time,
  /** Null: it never expires. */
  expiresAt: time.nullable(),
  /** To the minute; null: never. */
  lastUsedAt: time.nullable(),
})
export type ApiKey = z.infer<typeof apiKey>
export const apiKeyList = z.object({ items: z.array(apiKey), nextCursor: z.string().nullable() })
