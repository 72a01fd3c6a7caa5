import { z } from 'zod'

/** UUID of any version; ours are version 7. */
export const id = z.uuid()

/** RFC 3339 in UTC. */
export const time = z.iso.datetime()

/** Query of a list: page size and the opaque cursor of the page before. */
export const pageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(512).optional(),
})

/** A page: its items and the cursor of the next one, null at the end. */
export const page = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** RFC 9457 problem details with our stable `code`. */
export const problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  requestId: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof problem>
