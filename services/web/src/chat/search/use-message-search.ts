import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import { searchMessages } from '../chat-api.ts'
import { keys } from '../query-keys.ts'

const PAGE_SIZE = 20
/** A single letter is in every message. */
const SHORTEST = 2

export function useMessageSearch(q: string) {
  const messages = useInfiniteQuery({
    queryKey: keys.search(q),
    queryFn: ({ pageParam: cursor, signal }) => searchMessages({ q, cursor, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    enabled: q.length >= SHORTEST,
    // While somebody types on, the last hits stay in sight.
    placeholderData: (previous) => (q.length >= SHORTEST ? previous : undefined),
  })
  const { data, hasNextPage, isFetching, isError, isPlaceholderData, fetchNextPage } = messages
  const found = data?.pages.reduce((sum, { items }) => sum + items.length, 0) ?? 0

  // A phrase is looked for in so many messages at a time: on until the list is full.
  const goesOn = found < PAGE_SIZE && hasNextPage && !isFetching && !isError && !isPlaceholderData
  useEffect(() => {
    if (goesOn) void fetchNextPage()
  }, [goesOn, fetchNextPage])
  return messages
}
