import { z } from 'zod'

/** UUID of any version; ours are version 7. Upper case is read as lower case (RFC 9562), since ids are compared as text. */
export const id = z.uuid().toLowerCase()

/** RFC 3339 in UTC. The year 0 is left out: Postgres does not have it. */
export const time = z.iso.datetime().refine((text) => !text.startsWith('0000'), 'not a time after year 0')

/** What people call somebody or something: one line, so that it may stand in a mail's header. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'no control characters')

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
