import { z } from 'zod'
import { id, page, pageQuery, time } from './common.ts'

/** What to show of the audit log. */
export const auditQuery = pageQuery.extend({
  /** Who did it. */
  actorId: id.optional(),
  /** The account it happened to. */
  subjectId: id.optional(),
  /** What the action begins with: `session`, `catalogue.model`. */
  action: z
    .string()
    .regex(/^[a-z_.]{1,60}$/)
    .optional(),
})

/** Who did what to whom, when and from where. Never a token, password, key or address. */
export const auditEntry = z.object({
  id,
  occurredAt: time,
  /** Null when nobody has proven who he is, or a service acts by itself. */
  actorId: id.nullable(),
  /** subject.past-verb, for example `session.revoked`. */
  action: z.string(),
  subjectId: id.nullable(),
  /** IPv4 address or IPv6 /64; null where the service that told of it does not say. */
  source: z.string().nullable(),
  userAgent: z.string().nullable(),
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof auditEntry>

export const auditPage = page(auditEntry)
