import { z } from 'zod'
import { id, page, pageQuery, time } from './common.ts'

/**
 * Words to look for in the texts of the user's own messages; the last one may be unfinished. Words in double quotes must
 * stand one behind the other. A page may hold fewer than `limit` although more follow: `nextCursor` says whether.
 */
export const searchQuery = pageQuery.extend({
  q: z.string().trim().min(1).max(200),
  /** Only in this conversation. */
  conversationId: id.optional(),
})

/** A piece of a text; pieces put together are the excerpt. */
export const highlight = z.object({ text: z.string(), isMatch: z.boolean() })

/** A message that was found, newest first. */
export const searchHit = z.object({
  messageId: id,
  conversationId: id,
  conversationTitle: z.string().nullable(),
  role: z.enum(['user', 'assistant']),
  highlights: z.array(highlight),
  createdAt: time,
})
export type SearchHit = z.infer<typeof searchHit>

export const searchPage = page(searchHit)
