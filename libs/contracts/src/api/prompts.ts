import { z } from 'zod'
import { id, page, pageQuery, time } from './common.ts'

/** A prompt template (B7). Its variables stand in its text as `{{name}}`. */
export const prompt = z.object({
  id,
  name: z.string(),
  text: z.string(),
  /** Names of the variables, in the order of their first use. */
  variables: z.array(z.string()),
  /** Counts from 1; every change of name or text makes a new one, and the old ones are kept. */
  version: z.number().int(),
  /** Everybody may use it; only an admin shares. */
  shared: z.boolean(),
  /** The caller may change it. */
  mine: z.boolean(),
  createdAt: time,
  updatedAt: time,
})
export type Prompt = z.infer<typeof prompt>

const name = z.string().trim().min(1).max(100)
const text = z.string().trim().min(1).max(5000)

export const createPromptBody = z.strictObject({ name, text, shared: z.boolean().optional() })
export const updatePromptBody = z.strictObject({ name: name.optional(), text: text.optional(), shared: z.boolean().optional() })
export const promptListQuery = pageQuery.extend({ q: z.string().trim().max(100).optional() })

export const promptVersion = z.object({ version: z.number().int(), name: z.string(), text: z.string(), createdAt: time })

export const promptReply = z.object({ prompt })
export const promptPage = page(prompt)
export const promptVersionPage = page(promptVersion)
