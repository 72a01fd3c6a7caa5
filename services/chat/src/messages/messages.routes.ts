import { chatApi, commonApi } from '@parley/contracts'
import { type App, decodeCursor, requireUser, toPage } from '@parley/service-kit'
import { z } from 'zod'
import type { ConversationStore } from '../conversations/conversations.store.ts'
import { errors } from '../errors.ts'
import { toMessage } from './message.ts'
import type { MessageStore } from './messages.store.ts'
import type { PathStore } from './paths.store.ts'
import { readAfter, readAround, readBefore } from './read-path.ts'

const params = z.object({ id: commonApi.id })

export interface MessageRoutesDependencies {
  conversations: ConversationStore
  messages: MessageStore
  paths: PathStore
}

export function messageRoutes(app: App, { conversations, messages, paths }: MessageRoutesDependencies): void {
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

  app.get(
    '/api/v1/conversations/:id/path',
    {
      schema: {
        tags: ['messages'],
        summary: 'One branch: from its end, or around a message',
        params,
        querystring: chatApi.pathQuery,
        response: { 200: chatApi.pathPage },
      },
    },
    async (request) => {
      const { userId } = requireUser(request)
      const { through, cursor, around, after, limit } = request.query
      const conversationId = request.params.id
      if (!(await conversations.find(userId, conversationId))) throw errors.conversation_not_found()
      if (around !== undefined) return readAround(paths, { conversationId, around, limit })
      if (after !== undefined) return readAfter(paths, { conversationId, after: decodeCursor(after).id, limit })
      return readBefore(paths, { conversationId, through, before: cursor === undefined ? undefined : decodeCursor(cursor).id, limit })
    },
  )
}
