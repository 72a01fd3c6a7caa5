import { searchApi } from '@parley/contracts/public'
import { type App, decodeCursor, encodeCursor, requireUser, toPage } from '@parley/service-kit'
import { highlight } from './highlight.ts'
import { parseQuery, type Query } from './query.ts'
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
      const { q, conversationId, limit, cursor } = request.query
      const query = parseQuery(q)
      const before = cursor === undefined ? undefined : decodeCursor(cursor)
      const { hits, goesOnFrom } = await search.find({ userId, conversationId, query, before, limit: limit + 1 })
      const page = toPage(hits, limit, ({ createdAt, messageId }) => ({ time: createdAt, id: messageId }), toHit(query))
      return { ...page, nextCursor: page.nextCursor ?? (goesOnFrom && encodeCursor(goesOnFrom)) }
    },
  )
}

const toHit =
  (query: Query) =>
  ({ text, createdAt, ...row }: HitRow): searchApi.SearchHit => ({
    ...row,
    highlights: highlight(text, query),
    createdAt: createdAt.toISOString(),
  })
