import { auditApi } from '@parley/contracts'
import { type App, decodeCursor, requireAdmin, toPage } from '@parley/service-kit'
import type { AuditEntry as AuditRow } from '../../prisma/generated/client.ts'
import type { Stores } from '../stores.ts'

/** Administrators read the audit log; nobody changes it. */
export function auditRoutes(app: App, { stores }: { stores: Pick<Stores, 'audit'> }): void {
  app.get(
    '/api/v1/admin/audit',
    {
      schema: {
        tags: ['admin'],
        summary: 'The audit log, newest first',
        querystring: auditApi.auditQuery,
        response: { 200: auditApi.auditPage },
      },
    },
    async (request) => {
      requireAdmin(request)
      const { limit, cursor, ...filter } = request.query
      const before = cursor === undefined ? undefined : decodeCursor(cursor).id
      const rows = await stores.audit.list({ ...filter, before, limit: limit + 1 })
      return toPage(rows, limit, ({ occurredAt, id }) => ({ time: occurredAt, id }), toEntry)
    },
  )
}

const toEntry = ({ occurredAt, detail, ...entry }: AuditRow): auditApi.AuditEntry => ({
  ...entry,
  occurredAt: occurredAt.toISOString(),
  detail: detail as auditApi.AuditEntry['detail'],
})
