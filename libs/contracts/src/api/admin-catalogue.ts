import { z } from 'zod'
import { time, id as userId } from './common.ts'
import { capability } from './models.ts'

/**
 * Administration of models, prices, providers, their keys and routes: `/api/v1/admin/models`, `/providers` and `/routes`.
 * A change counts on every replica within 2 s.
 */

/** What users, the API and routes name a model or a provider by; it never changes. `auto` is no model. */
const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,99}$/, 'needs letters, digits and . _ : -, at most 100')
export const modelId = id.refine((text) => text !== 'auto', 'is taken: auto stands for no choice')
/** `/providers/health` is something else. */
export const providerId = id.refine((text) => text !== 'health', 'is taken')
/** As many as stand in its table column. */
const int = z.number().int().max(2_147_483_647)
const name = z.string().trim().min(1).max(100)
const plan = z.enum(['free', 'pro'])

/** Decimal USD for one million tokens, at most six places: `"0.075"`. */
const usd = z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, 'needs USD for one million tokens with at most six places, such as "0.075"')

export const newPrice = z.strictObject({
  inputUsd: usd,
  /** Left out: as the rest of the input. */
  cachedInputUsd: usd.optional(),
  outputUsd: usd,
  /** Left out or past: now. */
  validFrom: time.optional(),
})
export type NewPrice = z.infer<typeof newPrice>

/** A version of a price. It is never changed: a new price is a new version, and what was used keeps the version it was rated with. */
export const price = z.object({
  /** `<model>@<version>`, as calls name it. */
  id: z.string(),
  version: z.number().int(),
  inputUsd: z.string(),
  cachedInputUsd: z.string(),
  outputUsd: z.string(),
  validFrom: time,
  createdAt: time,
})
export type Price = z.infer<typeof price>
/** Newest version first. */
export const priceList = z.object({ items: z.array(price) })
export const priceReply = z.object({ price })

const modelFields = {
  name,
  /** What the vendor calls it. */
  vendorModel: z.string().trim().min(1).max(200),
  kind: z.enum(['chat', 'embedding']),
  capabilities: z.array(capability).max(10),
  /** Tokens. */
  contextWindow: int.min(1),
  /** Tokens; 0 for embedding models alone. */
  maxOutputTokens: int.min(0),
  /** The cheapest plan that may use it. */
  plan,
  /** The vendor continues an assistant message at the end of the conversation. */
  acceptsPrefill: z.boolean(),
  /** Without a route, `auto` is the available model of the lowest rank; null: never chosen unasked. */
  defaultRank: int.min(1).nullable(),
  /** Place in lists, lowest first. */
  position: int.min(0),
  /** False: the kill switch. Nothing new is asked of it, what runs comes to its end. */
  enabled: z.boolean(),
}

export const model = z.object({
  id: z.string(),
  provider: z.string(),
  ...modelFields,
  simulated: z.boolean(),
  /** It and its provider are switched on, and the provider can be asked. */
  available: z.boolean(),
  /** The price that counts now; null when none has begun. */
  price: price.nullable(),
})
export type Model = z.infer<typeof model>
export const modelList = z.object({ items: z.array(model) })
export const modelReply = z.object({ model })
export const modelParams = z.object({ id: modelId })

const { kind, capabilities, acceptsPrefill, defaultRank, position, enabled, ...required } = modelFields
export const newModel = z
  .strictObject({
    id: modelId,
    provider: providerId,
    ...required,
    kind: kind.default('chat'),
    capabilities: capabilities.default([]),
    acceptsPrefill: acceptsPrefill.default(false),
    defaultRank: defaultRank.default(null),
    /** Left out: the end of the list. */
    position: position.optional(),
    enabled: enabled.default(true),
    price: newPrice,
  })
  .refine(({ kind, maxOutputTokens }) => kind === 'embedding' || maxOutputTokens > 0, {
    path: ['maxOutputTokens'],
    message: 'needs 1 or more for a model that writes',
  })
export type NewModel = z.infer<typeof newModel>
/** What a model is (`kind`) and whose it is stay as they are: calls of the past name it. */
export const modelChange = z.strictObject({ ...required, capabilities, acceptsPrefill, defaultRank, position, enabled }).partial()
export type ModelChange = z.infer<typeof modelChange>

export const providerKind = z.enum(['openai', 'anthropic', 'gemini', 'cohere', 'openai-compatible'])

/** Where requests go: without credentials, query or fragment. Kept without a slash at the end. */
const baseUrl = z
  .string()
  .max(500)
  .refine((text) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const isPlain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === ''
    return isPlain && ['http:', 'https:'].includes(url.protocol)
  }, 'needs http://… or https://… without credentials, query or fragment')
  .transform((text) => text.replace(/\/+$/, ''))

export const provider = z.object({
  id: z.string(),
  name: z.string(),
  kind: providerKind,
  /** Null: the address that the vendor publishes. */
  baseUrl: z.string().nullable(),
  /** False: the kill switch, for all its models. */
  enabled: z.boolean(),
  /** Who sets up its key and address. The environment wins. */
  source: z.enum(['environment', 'record']),
  simulated: z.boolean(),
  /** It has all it needs to be asked. Whether it is switched on is another matter. */
  usable: z.boolean(),
  /** Null when there is none. The key itself is never shown. */
  key: z
    .object({
      masked: z.string(),
      /** Id of the master key it is encrypted with; null for keys of the environment. */
      masterKeyId: z.string().nullable(),
      createdAt: time.nullable(),
      createdBy: userId.nullable(),
    })
    .nullable(),
})
export type Provider = z.infer<typeof provider>
export const providerList = z.object({ items: z.array(provider) })
export const providerReply = z.object({ provider })
export const providerParams = z.object({ id: providerId })

export const newProvider = z
  .strictObject({
    id: providerId,
    name,
    kind: providerKind,
    /** Left out: the address that the vendor publishes. An OpenAI-compatible one has none. */
    baseUrl: baseUrl.optional(),
    enabled: z.boolean().default(true),
  })
  .refine(({ kind, baseUrl }) => kind !== 'openai-compatible' || baseUrl !== undefined, {
    path: ['baseUrl'],
    message: 'is needed for an OpenAI-compatible provider',
  })
export type NewProvider = z.infer<typeof newProvider>
/** A new address forgets the key: a key is sent only where whoever entered it wanted it to go. */
export const providerChange = z.strictObject({ name, baseUrl, enabled: z.boolean() }).partial()
export type ProviderChange = z.infer<typeof providerChange>

/** Written, never read back. */
export const providerKey = z.strictObject({
  key: z.string().regex(/^[\x21-\x7e]{8,512}$/, 'needs 8 to 512 visible ASCII characters'),
})

export const routeTarget = z.strictObject({
  model: modelId,
  /** 1 is asked first, then 2, … */
  priority: z.number().int().min(1).max(100),
  /** Share of first places among targets of one priority. */
  weight: z.number().int().min(1).max(1_000_000).default(1),
})

/** As measured by `npm run cache:evaluate` of the ai-router. */
export const DEFAULT_MIN_SIMILARITY = 0.93

export const cachePolicy = z.strictObject({
  /** At most 30 days. */
  lifetimeS: z.number().int().min(1).max(2_592_000),
  /** Answers to requests of a higher temperature are not kept. */
  maxTemperature: z.number().min(0).max(2),
  /** Whom an answer may be given to again. */
  scope: z.enum(['user', 'everybody']),
  /**
   * Give answers also to questions that mean the same in other words: those that stand alone, in English. Null: to identical
   * requests alone. `minSimilarity` is the least cosine of the questions' embeddings. At its default 0.8 % of pairs of
   * look-alike questions with different answers were taken for the same: docs/operations/routing.md.
   */
  semantic: z
    .strictObject({ minSimilarity: z.number().min(0.85).max(1).default(DEFAULT_MIN_SIMILARITY) })
    .nullable()
    .default(null),
})
export type CachePolicy = z.infer<typeof cachePolicy>

const routeFields = {
  /** Most wanted first. */
  targets: z
    .array(routeTarget)
    .min(1)
    .max(50)
    .refine((targets) => new Set(targets.map(({ model }) => model)).size === targets.length, 'names a model twice'),
  /** Ask the second target as well when the first is slow to begin. */
  hedged: z.boolean(),
  /** Null: answers are not kept. */
  cache: cachePolicy.nullable(),
}

/** Where requests go that name `model`, by users of `plan` and of plans above it without a route of their own. */
export const route = z.object({
  /** A model's id, or `auto`. */
  model: z.string(),
  plan,
  ...routeFields,
})
export type Route = z.infer<typeof route>
export const routeList = z.object({ items: z.array(route) })
export const routeReply = z.object({ route })
export const routeParams = z.object({ model: id, plan })
export const newRoute = z.strictObject({
  targets: routeFields.targets,
  hedged: routeFields.hedged.default(false),
  cache: routeFields.cache.default(null),
})
export type NewRoute = z.infer<typeof newRoute>
