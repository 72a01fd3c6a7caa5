import { accountsApi } from '@parley/contracts'
import type { App } from '@parley/service-kit'
import { z } from 'zod'
import type { Deps } from '../deps.ts'
import { requestEmail } from './request-email.ts'

/** Both answer the same for every address, known or not. */
export function emailRequestRoutes(app: App, deps: Deps): void {
  const schema = { tags: ['accounts'], body: accountsApi.mailRequestBody, response: { 202: z.object({ status: z.literal('accepted') }) } }

  app.post(
    '/api/v1/auth/password/forgot',
    { schema: { ...schema, summary: 'Ask for a link to set a new password' } },
    async (request, reply) => {
      await requestEmail(deps, { email: request.body.email, purpose: 'reset_password' })
      deps.emailRequestsJob.wake()
      return reply.code(202).send({ status: 'accepted' })
    },
  )

  app.post('/api/v1/auth/magic-link', { schema: { ...schema, summary: 'Ask for a link to log in with' } }, async (request, reply) => {
    await requestEmail(deps, { email: request.body.email, purpose: 'magic_link' })
    deps.emailRequestsJob.wake()
    return reply.code(202).send({ status: 'accepted' })
  })
}
