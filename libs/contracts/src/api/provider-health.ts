import { z } from 'zod'

/** Whether a model at its provider is asked at the moment, as one replica of the ai-router sees it. */
export const targetHealth = z.object({
  provider: z.string(),
  model: z.string(),
  name: z.string(),
  /** `closed`: it is asked. `open`: it is not. `half_open`: one request is finding out. */
  state: z.enum(['closed', 'open', 'half_open']),
  /** Why it is not asked: the kind of its last failure, or `slow`. */
  reason: z.string().nullable(),
  /** Milliseconds since it was opened. */
  openForMs: z.number().int().nullable(),
  /** Milliseconds until one request is let through. */
  dueInMs: z.number().int().nullable(),
  /** In a row, while closed. */
  failures: z.number().int(),
  /** Milliseconds for which its vendor wants no requests; 0 for none. */
  limitedForMs: z.number().int(),
  /** Milliseconds to the first token of the last requests; null while there were too few. */
  firstTokenMs: z.object({ p50: z.number().int().nullable(), p95: z.number().int().nullable() }),
})
export type TargetHealth = z.infer<typeof targetHealth>
export const providerHealth = z.object({ items: z.array(targetHealth) })
