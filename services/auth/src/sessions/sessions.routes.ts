import { accountsApi, commonApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { errors } from '../errors.ts'
import { endAllSessions, endSession } from './end-sessions.ts'
import { grantReply, toGrantReply } from './grant-reply.ts'
import { logIn } from './log-in.ts'
import { logOut } from './log-out.ts'
import { refreshSession } from './refresh-session.ts'
import { requestDevice } from './request-device.ts'

/** Nobody has more devices than that; the oldest are not worth a second page. */
const LIST_LIMIT = 100

export function sessionRoutes(app: App, deps: Deps): void {
  const { stores, transact } = deps

  app.post(
    '/api/v1/auth/login',
    { schema: { tags: ['accounts'], summary: 'Log in', body: accountsApi.loginBody, response: { 200: grantReply } } },
    async (request) => {
      const { email, password } = request.body
      return toGrantReply(deps, await logIn(deps, { email, password, device: requestDevice(request) }, request.deadline))
    },
  )

  app.post(
    '/api/v1/auth/refresh',
    { schema: { tags: ['accounts'], summary: 'Trade the refresh token', body: accountsApi.refreshBody, response: { 200: grantReply } } },
    async (request) => {
      const { refreshToken = '' } = request.body
      return toGrantReply(deps, await refreshSession(deps, { refreshToken, device: requestDevice(request) }))
    },
  )

  app.post(
    '/api/v1/auth/logout',
    { schema: { tags: ['accounts'], summary: 'Log out', body: accountsApi.refreshBody.nullish(), response: { 204: z.null() } } },
    async (request, reply) => {
      const { principal } = request
      await logOut(deps, { refreshToken: request.body?.refreshToken, principal, device: requestDevice(request) })
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/api/v1/me/sessions',
    { schema: { tags: ['accounts'], summary: 'My sessions', response: { 200: accountsApi.sessionList } } },
    async (request) => {
      const { userId, sessionId } = requireUser(request)
      const sessions = await stores.sessions.listOpen(userId, LIST_LIMIT)
      const items = sessions.map(({ createdAt, lastUsedAt, expiresAt, ...session }) => ({
        ...session,
        createdAt: createdAt.toISOString(),
        lastUsedAt: lastUsedAt.toISOString(),
        expiresAt: expiresAt.toISOString(),
        current: session.id === sessionId,
      }))
      return { items, nextCursor: null }
    },
  )

  app.delete(
    '/api/v1/me/sessions/:id',
    {
      schema: {
        tags: ['accounts'],
        summary: 'End one of my sessions',
        params: z.object({ id: commonApi.id }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const end = { accountId: requireUser(request).userId, reason: 'logged_out' as const, device: requestDevice(request) }
      const isEnded = await transact((stores) => endSession(stores, { ...end, sessionId: request.params.id }))
      if (!isEnded) throw errors.session_not_found()
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/api/v1/me/sessions',
    { schema: { tags: ['accounts'], summary: 'End all of my sessions, this one too', response: { 204: z.null() } } },
    async (request, reply) => {
      const end = { accountId: requireUser(request).userId, reason: 'logged_out' as const, device: requestDevice(request) }
      await transact((stores) => endAllSessions(stores, end))
      return reply.code(204).send(null)
    },
  )
}
