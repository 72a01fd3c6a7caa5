import { useInfiniteQuery } from '@tanstack/react-query'
import { listPrompts, promptKeys } from './prompts-api.ts'

export function usePrompts(q: string, isEnabled = true) {
  return useInfiniteQuery({
    queryKey: promptKeys.list(q),
    queryFn: ({ pageParam: cursor, signal }) => listPrompts({ q: q || undefined, cursor, limit: 100 }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: (previous) => previous,
    enabled: isEnabled,
  })
}
