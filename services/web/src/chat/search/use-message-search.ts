import { useInfiniteQuery } from '@tanstack/react-query'
import { searchMessages } from '../chat-api.ts'
import { keys } from '../query-keys.ts'

const PAGE_SIZE = 20
/** A single letter is in every message. */
const SHORTEST = 2

export const useMessageSearch = (q: string) =>
  useInfiniteQuery({
    queryKey: keys.search(q),
    queryFn: ({ pageParam: cursor, signal }) => searchMessages({ q, cursor, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    enabled: q.length >= SHORTEST,
    // While somebody types on, the last hits stay in sight.
    placeholderData: (previous) => (q.length >= SHORTEST ? previous : undefined),
  })
