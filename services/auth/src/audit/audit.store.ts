import { v7 as newId } from 'uuid'
import type { AuditEntry as AuditRow } from '../../prisma/generated/client.ts'
import type { Database } from '../database.ts'
import type { AuditEntry } from './audit-entry.ts'

export interface AuditQuery {
  actorId?: string
  subjectId?: string
  /** What the action begins with. */
  action?: string
  /** Entries before this one. */
  before?: string
  limit: number
}

/** Append-only: the service's role in the database may neither change nor delete an entry. */
export function auditStore(database: Database) {
  return {
    async record({ action, occurredAt, actorId = null, subjectId = null, device, detail = {} }: AuditEntry): Promise<void> {
      const { source = null, userAgent = null } = device ?? {}
      const id = newId(occurredAt && { msecs: occurredAt.getTime() })
      await database.auditEntry.create({
        data: { id, occurredAt, action, actorId, subjectId, source, userAgent, detail },
        select: { id: true },
      })
    },

    /** Newest first: ids are UUIDv7 of the moment in which it happened. */
    list: ({ actorId, subjectId, action, before, limit }: AuditQuery): Promise<AuditRow[]> =>
      database.auditEntry.findMany({
        where: { actorId, subjectId, ...(action && { action: { startsWith: action } }), ...(before && { id: { lt: before } }) },
        orderBy: { id: 'desc' },
        take: limit,
      }),
  }
}
