import { z } from 'zod'
import { id, page, pageQuery, time } from './common.ts'

/** Why a text was held against somebody. `tool_injection`: a tool gave it back. `prompt_leak`: an answer gave the operator's instructions away. */
export const safetyCategory = z.enum([
  'sexual',
  'sexual_minors',
  'violence',
  'self_harm',
  'hate',
  'harassment',
  'illicit',
  'injection',
  'tool_injection',
  'prompt_leak',
])
export type SafetyCategory = z.infer<typeof safetyCategory>

/** `flag`: let through. `block`: refused, or stopped where it stood. */
export const incidentAction = z.enum(['flag', 'block'])
export const reviewVerdict = z.enum(['confirmed', 'false_positive'])
export type ReviewVerdict = z.infer<typeof reviewVerdict>

/** A text that was flagged or blocked. The text itself is not kept: `textHash` says whether two were the same. */
export const incident = z.object({
  id,
  userId: id,
  callId: id,
  turnId: id.nullable(),
  plan: z.string(),
  side: z.enum(['input', 'output']),
  category: safetyCategory,
  action: incidentAction,
  /** 0 to 1. */
  score: z.number(),
  rules: z.array(z.string()),
  textHash: z.string(),
  createdAt: time,
  review: z.object({ verdict: reviewVerdict, by: id, at: time }).nullable(),
})
export type Incident = z.infer<typeof incident>

/** `reviewed`: only those that an administrator has looked at, or only those that none has. */
export const incidentQuery = pageQuery.extend({
  category: safetyCategory.optional(),
  action: incidentAction.optional(),
  reviewed: z.enum(['true', 'false']).optional(),
})
export const incidentPage = page(incident)
export const reviewBody = z.strictObject({ verdict: reviewVerdict })
export const incidentReply = z.object({ incident })
