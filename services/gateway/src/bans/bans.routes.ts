import { broadcasts, commonApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import type { Bus } from '@parley/messaging'
import type { App } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../errors.ts'
import { requireAdminIdentity } from '../identity/identify.ts'
import { addressRange, type Ban } from './ban.ts'
import type { BanStore } from './bans.store.ts'
import type { BanRefresh } from './refresh-bans.job.ts'

const ban = z.object({
  id: commonApi.id,
  kind: z.enum(['user', 'ip']),
  subject: z.string(),
  reason: z.string(),
  createdBy: commonApi.id.nullable(),
  createdAt: commonApi.time,
  expiresAt: commonApi.time.nullable(),
  liftedAt: commonApi.time.nullable(),
  liftedBy: commonApi.id.nullable(),
})
const createBody = z.strictObject({
  kind: z.enum(['user', 'ip']),
  subject: z.string().trim().min(1).max(64).describe('A user’s id, an address or an address range'),
  reason: z.string().trim().min(1).max(500),
  expiresAt: commonApi.time.optional(),
})
const listQuery = commonApi.pageQuery.extend({ cursor: commonApi.id.optional() })

interface Dependencies {
  store: BanStore
  bus: Bus
  refresh: BanRefresh
}

/** Administrators see, impose and lift bans. */
export function banRoutes(app: App, { store, bus, refresh }: Dependencies): void {
  const announce = async (): Promise<void> => {
    await refresh.run()
    bus.broadcast(broadcasts.bansChanged)
  }
  const tags = ['admin']

  app.get('/api/v1/admin/bans', { schema: { tags, querystring: listQuery, response: { 200: commonApi.page(ban) } } }, async (request) => {
    requireAdminIdentity(request)
    const { limit, cursor } = request.query
    const rows = await store.list({ limit: limit + 1, before: cursor })
    const items = rows.slice(0, limit)
    return { items: items.map(shown), nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
  })

  app.post('/api/v1/admin/bans', { schema: { tags, body: createBody, response: { 201: z.object({ ban }) } } }, async (request, reply) => {
    const { claims } = requireAdminIdentity(request)
    const { kind, subject, reason, expiresAt } = request.body
    const created = await store.create({
      kind,
      subject: kind === 'user' ? userSubject(subject) : addressSubject(subject),
      reason,
      createdBy: claims.sub,
      expiresAt: expiresAt ? new Date(expiresAt) : null,
    })
    await announce()
    return reply.code(201).send({ ban: shown(created) })
  })

  app.delete(
    '/api/v1/admin/bans/:id',
    { schema: { tags, params: z.object({ id: commonApi.id }), response: { 204: z.undefined() } } },
    async (request, reply) => {
      const { claims } = requireAdminIdentity(request)
      if (!(await store.lift(request.params.id, claims.sub))) throw errors.ban_not_found()
      await announce()
      return reply.code(204).send()
    },
  )
}

function userSubject(subject: string): string {
  const parsed = commonApi.id.safeParse(subject)
  if (!parsed.success) throw commonErrors.invalid_request({ errors: [{ path: 'subject', message: 'needs a user’s id' }] })
  return parsed.data.toLowerCase()
}

function addressSubject(subject: string): string {
  const range = addressRange(subject)
  if (!range)
    throw commonErrors.invalid_request({ errors: [{ path: 'subject', message: 'needs an address or a range such as 203.0.113.0/24' }] })
  return `${range.address}/${range.prefix}`
}

const shown = (row: Ban) => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
  expiresAt: row.expiresAt?.toISOString() ?? null,
  liftedAt: row.liftedAt?.toISOString() ?? null,
})
