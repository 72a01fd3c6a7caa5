import { z } from 'zod'
import { pageQuery, time } from './common.ts'

/** A public read-only view of one branch as it was when it was shared. */
export const share = z.object({
  url: z.string(),
  slug: z.string(),
  createdAt: time,
})
export type Share = z.infer<typeof share>

/** A slug is unguessable and nothing else: whoever has it may read. */
export const slug = z.string().regex(/^[\w-]{16,64}$/)

export const sharedQuery = pageQuery

/** What a reader of the link sees: neither ids nor names of people. Messages are oldest first. */
export const sharedConversation = z.object({
  title: z.string().nullable(),
  sharedAt: time,
  items: z.array(
    z.object({
      role: z.enum(['user', 'assistant']),
      text: z.string(),
      model: z.string().optional(),
      createdAt: time,
    }),
  ),
  nextCursor: z.string().nullable(),
})
export type SharedConversation = z.infer<typeof sharedConversation>

export const exportQuery = z.object({ format: z.enum(['md', 'json']).default('md') })
