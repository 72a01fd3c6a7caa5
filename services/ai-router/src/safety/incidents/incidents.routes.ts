import { commonApi, safetyApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type App, decodeCursor, requireAdmin, toPage } from '@parley/service-kit'
import { z } from 'zod'
import type { IncidentRow, IncidentStore } from './incidents.store.ts'

const tags = ['admin']

/** Administrators see what was flagged and blocked, and say whether that was right. */
export function incidentRoutes(app: App, { incidents }: { incidents: Pick<IncidentStore, 'list' | 'review'> }): void {
  app.get(
    '/api/v1/admin/incidents',
    {
      schema: {
        tags,
        summary: 'Texts that were flagged or blocked, without the texts, the newest first',
        querystring: safetyApi.incidentQuery,
        response: { 200: safetyApi.incidentPage },
      },
    },
    async (request) => {
      requireAdmin(request)
      const { limit, cursor, category, action, reviewed } = request.query
      const filter = { category, action, isReviewed: reviewed === undefined ? undefined : reviewed === 'true' }
      const before = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = await incidents.list(filter, before, limit + 1)
      return toPage(rows, limit, ({ createdAt, id }) => ({ time: createdAt, id }), toIncident)
    },
  )

  app.post(
    '/api/v1/admin/incidents/:id/review',
    {
      schema: {
        tags,
        summary: 'Says whether it was right; the last word counts',
        params: z.object({ id: commonApi.id }),
        body: safetyApi.reviewBody,
        response: { 200: safetyApi.incidentReply },
      },
    },
    async (request) => {
      const { userId } = requireAdmin(request)
      const row = await incidents.review(request.params.id, request.body.verdict, userId)
      if (!row) throw commonErrors.not_found()
      return { incident: toIncident(row) }
    },
  )
}

function toIncident({ createdAt, reviewVerdict, reviewedBy, reviewedAt, ...row }: IncidentRow): safetyApi.Incident {
  const isReviewed = reviewVerdict !== null && reviewedBy !== null && reviewedAt !== null
  return safetyApi.incident.parse({
    ...row,
    createdAt: createdAt.toISOString(),
    review: isReviewed ? { verdict: reviewVerdict, by: reviewedBy, at: reviewedAt.toISOString() } : null,
  })
}
