import { accountsApi } from '@parley/contracts'
import { commonErrors } from '@parley/errors'
import { type App, requireUser } from '@parley/service-kit'
import type { Deps } from '../deps.ts'
import { requestDevice } from '../sessions/request-device.ts'
import { publicUser } from './account.ts'
import { register } from './register.ts'
import { updateProfile } from './update-profile.ts'

export function accountRoutes(app: App, deps: Deps): void {
  app.post(
    '/api/v1/auth/register',
    { schema: { tags: ['accounts'], summary: 'Sign up', body: accountsApi.registerBody, response: { 202: accountsApi.registerReply } } },
    async (request, reply) => {
      const { email, password, name } = request.body
      await register(deps, { email, password, name, device: requestDevice(request) }, request.deadline)
      deps.emailRequestsJob.wake()
      return reply.code(202).send({ status: 'verification_required' })
    },
  )

  app.get('/api/v1/me', { schema: { tags: ['accounts'], summary: 'Me', response: { 200: accountsApi.userReply } } }, async (request) => {
    const account = await deps.stores.accounts.findById(requireUser(request).userId)
    if (!account) throw commonErrors.unauthenticated({ internal: 'the account is gone' })
    return { user: publicUser(account) }
  })

  app.patch(
    '/api/v1/me',
    { schema: { tags: ['accounts'], summary: 'Change me', body: accountsApi.updateMeBody, response: { 200: accountsApi.userReply } } },
    async (request) => {
      const accountId = requireUser(request).userId
      const account = await updateProfile(deps, { accountId, profile: request.body, device: requestDevice(request) })
      if (!account) throw commonErrors.unauthenticated({ internal: 'the account is gone' })
      return { user: publicUser(account) }
    },
  )
}
