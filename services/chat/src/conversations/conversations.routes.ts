import { chatApi, commonApi } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { type App, decodeCursor, requireUser, toPage } from '@parley/service-kit'
import { v7 as newId } from 'uuid'
import { z } from 'zod'
import { errors } from '../errors.ts'
import type { PathStore } from '../messages/paths.store.ts'
import { type ContinueConversationDependencies, continueConversation } from './continue-conversation.ts'
import { toConversation } from './conversation.ts'
import type { DeleteConversation } from './delete-conversation.ts'
import { tellDevices } from './tell-devices.ts'

const params = z.object({ id: commonApi.id })
const tags = ['conversations']

export function conversationRoutes(
  app: App,
  deps: ContinueConversationDependencies & { paths: PathStore; deleteConversation: DeleteConversation; bus: Bus },
): void {
  const { conversations, paths, deleteConversation, bus } = deps
  app.post(
    '/api/v1/conversations',
    { schema: { tags, body: chatApi.createConversationBody, response: { 201: chatApi.conversationReply } } },
    async (request, reply) => {
      const { userId } = requireUser(request)
      const { title, model, systemPrompt: instructions } = request.body
      const row = await conversations.create({ id: newId(), userId, title, ...madeByUser(title), model, instructions })
      return reply.code(201).send({ conversation: toConversation(row) })
    },
  )

  app.get(
    '/api/v1/conversations',
    { schema: { tags, querystring: chatApi.conversationListQuery, response: { 200: commonApi.page(chatApi.conversation) } } },
    async (request) => {
      const { userId } = requireUser(request)
      const { limit, cursor, q, archived, pinned } = request.query
      const rows = await conversations.list({
        userId,
        isArchived: archived,
        isPinned: pinned,
        titlePart: q,
        before: cursor === undefined ? undefined : decodeCursor(cursor),
        limit: limit + 1,
      })
      return toPage(rows, limit, ({ lastActivityAt, id }) => ({ time: lastActivityAt, id }), toConversation)
    },
  )

  app.get('/api/v1/conversations/:id', { schema: { tags, params, response: { 200: chatApi.conversationReply } } }, async (request) => {
    const row = await conversations.find(requireUser(request).userId, request.params.id)
    if (!row) throw errors.conversation_not_found()
    return { conversation: toConversation(row) }
  })

  app.patch(
    '/api/v1/conversations/:id',
    { schema: { tags, params, body: chatApi.updateConversationBody, response: { 200: chatApi.conversationReply } } },
    async (request) => {
      const { userId } = requireUser(request)
      const { id } = request.params
      const { title, model, instructions, pinned: isPinned, archived: isArchived, headMessageId } = request.body
      if (headMessageId && !(await paths.show(userId, id, headMessageId))) throw errors.message_not_found()
      const row = await conversations.update(userId, id, { title, ...madeByUser(title), model, instructions, isPinned, isArchived })
      if (!row) throw errors.conversation_not_found()
      tellDevices(bus, userId, row)
      return { conversation: toConversation(row) }
    },
  )

  app.delete('/api/v1/conversations/:id', { schema: { tags, params, response: { 204: z.null() } } }, async (request, reply) => {
    await deleteConversation(requireUser(request).userId, request.params.id)
    return reply.code(204).send(null)
  })

  app.post(
    '/api/v1/conversations/:id/continue',
    {
      schema: {
        tags,
        summary: 'A new conversation that carries a summary of the branch which is shown',
        params,
        body: z.strictObject({}).nullish(),
        response: { 201: chatApi.conversationReply },
      },
    },
    async (request, reply) => {
      const { userId } = requireUser(request)
      const row = await continueConversation(deps, { userId, id: request.params.id }, request.deadline)
      return reply.code(201).send({ conversation: toConversation(row) })
    },
  )
}

/** No model replaces a title that the user gave. */
const madeByUser = (title: string | undefined) => (title === undefined ? {} : { titleBy: 'user' as const })
