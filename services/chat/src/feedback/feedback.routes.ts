import { chatApi, commonApi } from '@parley/contracts'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import { errors } from '../errors.ts'
import type { FeedbackStore } from './feedback.store.ts'

const params = z.object({ id: commonApi.id })
const tags = ['messages']

export function feedbackRoutes(app: App, { feedback }: { feedback: FeedbackStore }): void {
  app.post(
    '/api/v1/messages/:id/feedback',
    { schema: { tags, summary: 'What the user thinks of an answer', params, body: chatApi.feedbackBody, response: { 204: z.null() } } },
    async (request, reply) => {
      const { value, comment } = request.body
      const isSaved = await feedback.save(requireUser(request).userId, request.params.id, { value, comment: comment || null })
      if (!isSaved) throw errors.message_not_found({ internal: 'no answer to this user' })
      return reply.code(204).send(null)
    },
  )

  app.delete('/api/v1/messages/:id/feedback', { schema: { tags, params, response: { 204: z.null() } } }, async (request, reply) => {
    const isAnswer = await feedback.withdraw(requireUser(request).userId, request.params.id)
    if (!isAnswer) throw errors.message_not_found({ internal: 'no answer to this user' })
    return reply.code(204).send(null)
  })
}
