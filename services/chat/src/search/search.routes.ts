import { searchApi } from '@parley/contracts/public'
import { type App, decodeCursor, requireUser, toPage } from '@parley/service-kit'
import { highlight } from './highlight.ts'
import type { HitRow, SearchStore } from './search.store.ts'

export function searchRoutes(app: App, { search }: { search: SearchStore }): void {
  app.get(
    '/api/v1/search',
    {
      schema: {
        tags: ['messages'],
        summary: "Messages of the user's own conversations, newest first",
        querystring: searchApi.searchQuery,
        response: { 200: searchApi.searchPage },
      },
    },
    async (request) => {
      const { userId } = requireUser(request)
      const { q: words, conversationId, limit, cursor } = request.query
      const before = cursor === undefined ? undefined : decodeCursor(cursor)
      const rows = await search.find({ userId, conversationId, words, before, limit: limit + 1 })
      return toPage(rows, limit, ({ createdAt, messageId }) => ({ time: createdAt, id: messageId }), toHit(words))
    },
  )
}

const toHit =
  (words: string) =>
  ({ text, createdAt, ...row }: HitRow): searchApi.SearchHit => ({
    ...row,
    highlights: highlight(text, words),
    createdAt: createdAt.toISOString(),
  })
