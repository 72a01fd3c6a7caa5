import { randomBytes } from 'node:crypto'
import { commonApi, sharingApi } from '@parley/contracts/public'
import { type App, requireUser } from '@parley/service-kit'
import { z } from 'zod'
import type { ConversationStore } from '../conversations/conversations.store.ts'
import { errors } from '../errors.ts'
import { decodeDepth, encodeDepth } from './shared-cursor.ts'
import type { SharedMessageRow, ShareRow, ShareStore } from './shares.store.ts'

/** 144 bits: nobody guesses one. */
const SLUG_BYTES = 18

const params = z.object({ id: commonApi.id })
const tags = ['sharing']

export interface SharingDependencies {
  conversations: ConversationStore
  shares: ShareStore
  config: { PUBLIC_URL: string }
}

export function sharingRoutes(app: App, { conversations, shares, config }: SharingDependencies): void {
  const toShare = ({ slug, createdAt }: ShareRow): sharingApi.Share => ({
    url: `${config.PUBLIC_URL}/shared/${slug}`,
    slug,
    createdAt: createdAt.toISOString(),
  })

  app.post(
    '/api/v1/conversations/:id/share',
    { schema: { tags, summary: 'Shares the branch that is shown, as it is now', params, response: { 201: sharingApi.share } } },
    async (request, reply) => {
      const { userId } = requireUser(request)
      if (!(await conversations.find(userId, request.params.id))) throw errors.conversation_not_found()
      const row = await shares.save(userId, request.params.id, randomBytes(SLUG_BYTES).toString('base64url'))
      if (!row) throw errors.nothing_to_share()
      return reply.code(201).send(toShare(row))
    },
  )

  app.get('/api/v1/conversations/:id/share', { schema: { tags, params, response: { 200: sharingApi.share } } }, async (request) => {
    const row = await shares.find(requireUser(request).userId, request.params.id)
    if (!row) throw errors.share_not_found()
    return toShare(row)
  })

  app.delete('/api/v1/conversations/:id/share', { schema: { tags, params, response: { 204: z.null() } } }, async (request, reply) => {
    if (!(await shares.revoke(requireUser(request).userId, request.params.id))) throw errors.share_not_found()
    return reply.code(204).send(null)
  })

  app.get(
    '/api/v1/shared/:slug',
    {
      schema: {
        tags,
        summary: 'A shared conversation; anybody with the link may read it',
        params: z.object({ slug: z.string() }),
        querystring: sharingApi.sharedQuery,
        response: { 200: sharingApi.sharedConversation },
      },
      // Also where the answer is an error: a revoked link is neither kept by anybody nor listed.
      onRequest: async (_request, reply) => {
        void reply.headers({ 'cache-control': 'private, no-store', 'x-robots-tag': 'noindex' })
      },
    },
    async (request) => {
      const { limit, cursor } = request.query
      const after = cursor === undefined ? 0 : decodeDepth(cursor)
      const slug = sharingApi.slug.safeParse(request.params.slug)
      const shared = slug.success ? await shares.findShared(slug.data) : null
      if (!shared) throw errors.share_not_found()
      const rows = await shares.listShared({ headMessageId: shared.headMessageId, after, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const last = shown.at(-1)
      return {
        title: shared.title,
        sharedAt: shared.sharedAt.toISOString(),
        items: shown.map(toSharedMessage),
        nextCursor: rows.length > limit && last ? encodeDepth(last.depth) : null,
      }
    },
  )
}

const toSharedMessage = ({ role, text, model, createdAt }: SharedMessageRow): sharingApi.SharedConversation['items'][number] => ({
  role,
  text,
  ...(model !== null && { model }),
  createdAt: createdAt.toISOString(),
})
