import { v7 as newId } from 'uuid'
import type { Database } from '../database.ts'
import type { AuditEntry } from './audit-entry.ts'

/** Append-only: the service's role in the database may neither change nor delete an entry. */
export function auditStore(database: Database) {
  return {
    async record({ action, actorId = null, subjectId = null, device, detail = {} }: AuditEntry): Promise<void> {
      const { source = null, userAgent = null } = device ?? {}
      await database.auditEntry.create({
        data: { id: newId(), action, actorId, subjectId, source, userAgent, detail },
        select: { id: true },
      })
    },
  }
}
