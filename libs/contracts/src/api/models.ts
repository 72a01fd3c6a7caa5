import { z } from 'zod'

export const model = z.object({
  id: z.string(),
  name: z.string(),
  provider: z.string(),
  contextWindow: z.number().int(),
  /** Cheapest plan that may use it. */
  plan: z.enum(['free', 'pro']),
  /** Decimal USD strings per million tokens. */
  pricing: z.object({ inputUsd: z.string(), outputUsd: z.string(), cachedInputUsd: z.string() }),
  available: z.boolean(),
  /** True for the offline guide, which is no language model. */
  simulated: z.boolean(),
  /** The model used when none is chosen. */
  isDefault: z.boolean(),
})
export type Model = z.infer<typeof model>
export const modelList = z.object({ items: z.array(model) })
