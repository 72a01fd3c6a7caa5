import { Readable } from 'node:stream'
import { commonApi, sharingApi } from '@parley/contracts/public'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import type { ConversationStore } from '../conversations/conversations.store.ts'
import { errors } from '../errors.ts'
import type { MessageStore } from '../messages/messages.store.ts'
import type { ExportStore } from './exports.store.ts'
import { attachment } from './file-name.ts'
import { writeJson, writeMarkdown } from './write-export.ts'

const params = z.object({ id: commonApi.id })
const contentTypes = { md: 'text/markdown; charset=utf-8', json: 'application/json; charset=utf-8' }

export interface ExportDependencies {
  conversations: ConversationStore
  messages: MessageStore
  exported: ExportStore
}

export function exportRoutes(app: App, { conversations, messages, exported }: ExportDependencies): void {
  app.get(
    '/api/v1/conversations/:id/export',
    {
      schema: {
        tags: ['conversations'],
        summary: 'One conversation as a file: Markdown of the branch that is shown, or JSON of all branches',
        params,
        querystring: sharingApi.exportQuery,
      },
    },
    async (request, reply) => {
      const { format } = request.query
      const conversation = await conversations.find(requireUser(request).userId, request.params.id)
      if (!conversation) throw errors.conversation_not_found()
      const pieces = format === 'md' ? writeMarkdown({ exported }, conversation) : writeJson({ messages }, conversation)
      return reply
        .type(contentTypes[format])
        .headers({ 'content-disposition': attachment(conversation.title, format), 'cache-control': 'private, no-store' })
        .send(Readable.from(pieces))
    },
  )
}
