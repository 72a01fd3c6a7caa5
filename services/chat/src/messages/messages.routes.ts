import { chatApi, commonApi } from '@parley/contracts'
import { type App, decodeCursor, requireUser, toPage } from '@parley/service-kit'
import { z } from 'zod'
import type { ConversationStore } from '../conversations/conversations.store.ts'
import { errors } from '../errors.ts'
import { toMessage } from './message.ts'
import type { MessageStore } from './messages.store.ts'

const params = z.object({ id: commonApi.id })

export function messageRoutes(app: App, { conversations, messages }: { conversations: ConversationStore; messages: MessageStore }): void {
  app.get(
    '/api/v1/conversations/:id/messages',
    { schema: { tags: ['messages'], params, querystring: commonApi.pageQuery, response: { 200: commonApi.page(chatApi.message) } } },
    async (request) => {
      const { userId } = requireUser(request)
      const { limit, cursor } = request.query
      const after = cursor === undefined ? undefined : decodeCursor(cursor)
      if (!(await conversations.find(userId, request.params.id))) throw errors.conversation_not_found()
      const rows = await messages.list(request.params.id, { after, limit: limit + 1 })
      return toPage(rows, limit, ({ createdAt, id }) => ({ time: createdAt, id }), toMessage)
    },
  )
}
