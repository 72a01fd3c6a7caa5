import { z } from 'zod'

/** What a model may be able to do besides reading and writing text. */
export const capability = z.enum(['tools', 'images', 'json_schema'])

export const model = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  contextWindow: z.number().int(),
  capabilities: z.array(capability),
  /** Cheapest plan that may use it. */
  plan: z.enum(['free', 'pro']),
  /** Decimal USD strings per million tokens. */
  pricing: z.object({ inputUsd: z.string(), outputUsd: z.string(), cachedInputUsd: z.string() }),
  /** False: its provider has no key, or the model or its provider is switched off. */
  available: z.boolean(),
  /** True for the offline guide, which is no language model. */
  simulated: z.boolean(),
  /** The model used when none is chosen. */
  isDefault: z.boolean(),
})
export type Model = z.infer<typeof model>
export const modelList = z.object({ items: z.array(model) })
