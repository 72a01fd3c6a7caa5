import type { Device } from '../sessions/device.ts'

/** What administrators do to the catalogue of models, as the ai-router tells it. */
export const catalogueActions = ['model', 'price', 'provider', 'provider_key', 'route'].flatMap((what) =>
  ['created', 'changed', 'deleted'].map((verb) => `catalogue.${what}.${verb}` as const),
)

/** What they do to spending caps, as usage tells it. */
export const capActions = ['spend_cap.changed', 'spend_cap.deleted'] as const

export type AuditAction =
  | (typeof catalogueActions)[number]
  | (typeof capActions)[number]
  | 'account.registered'
  | 'account.registration_repeated'
  | 'address.verified'
  | 'administrator.created'
  | 'api_key.created'
  | 'api_key.revoked'
  | 'login.failed'
  | 'password.reset'
  | 'profile.updated'
  | 'session.refresh_reused'
  | 'session.revoked'
  | 'session.started'
  | 'signing_key.created'

/** Who did what to whom, from where. Never a token, password or address. */
export interface AuditEntry {
  action: AuditAction
  /** When it happened, where another service tells of it; left out, now. */
  occurredAt?: Date
  /** Left out when nobody has proven who he is, or the service itself acts. */
  actorId?: string | null
  /** The account it happened to. */
  subjectId?: string | null
  device?: Device
  detail?: Record<string, string | number | boolean | string[]>
}
