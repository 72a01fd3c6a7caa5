import { accountsApi } from '@parley/contracts'
import type { App } from '@parley/service-kit'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { resetPassword } from '../passwords/reset-password.ts'
import { grantReply, toGrantReply } from '../sessions/grant-reply.ts'
import { requestDevice } from '../sessions/request-device.ts'
import { consumeMagicLink, verifyEmail } from './redeem-email-token.ts'

/** Redeem mailed tokens. Always POST: a mail scanner that opens links uses none of them up. */
export function emailTokenRoutes(app: App, deps: Deps): void {
  app.post(
    '/api/v1/auth/verify-email',
    { schema: { tags: ['accounts'], summary: 'Confirm my address', body: accountsApi.verifyEmailBody, response: { 200: grantReply } } },
    async (request) => toGrantReply(deps, await verifyEmail(deps, { token: request.body.token, device: requestDevice(request) })),
  )

  app.post(
    '/api/v1/auth/magic-link/consume',
    { schema: { tags: ['accounts'], summary: 'Log in by mail', body: accountsApi.consumeMagicLinkBody, response: { 200: grantReply } } },
    async (request) => toGrantReply(deps, await consumeMagicLink(deps, { token: request.body.token, device: requestDevice(request) })),
  )

  app.post(
    '/api/v1/auth/password/reset',
    { schema: { tags: ['accounts'], summary: 'Set a new password', body: accountsApi.resetPasswordBody, response: { 204: z.null() } } },
    async (request, reply) => {
      const { token, password } = request.body
      await resetPassword(deps, { token, password, device: requestDevice(request) }, request.deadline)
      return reply.code(204).send(null)
    },
  )
}
