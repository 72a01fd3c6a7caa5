import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from '../api/client.ts'
import { showError } from '../design/toast.tsx'
import { type ConversationChanges, deleteConversation, getConversation, listConversations, updateConversation } from './chat-api.ts'
import { findConversation, paintConversation } from './conversation-cache.ts'
import { keys } from './query-keys.ts'

const PAGE_SIZE = 50

export type HistoryList = 'recent' | 'pinned' | 'archived'

const filters = { recent: {}, pinned: { pinned: true }, archived: { archived: true } } as const

export function useConversationList(list: HistoryList, q: string, isEnabled = true) {
  return useInfiniteQuery({
    queryKey: keys.conversationList(list, q),
    queryFn: ({ pageParam, signal }) =>
      listConversations({ ...filters[list], q: q || undefined, cursor: pageParam ?? undefined, limit: PAGE_SIZE }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    // While somebody types on, the last hits stay in sight.
    placeholderData: (previous) => (q ? previous : undefined),
    enabled: isEnabled,
  })
}

export const useConversation = (id: string | null) =>
  useQuery({
    queryKey: keys.conversation(id ?? ''),
    queryFn: ({ signal }) => getConversation(id ?? '', signal),
    enabled: id !== null,
    placeholderData: () => (id ? findConversation(id) : undefined),
  })

/** The change is seen at once, and taken back when the server refuses it. */
export const useUpdateConversation = () =>
  useMutation({
    mutationFn: ({ id, changes }: { id: string; changes: ConversationChanges }) => updateConversation(id, changes),
    onMutate: async ({ id, changes }) => {
      await queryClient.cancelQueries({ queryKey: keys.conversations })
      // A list that no longer is its place loses it.
      paintConversation(id, changes.archived === undefined ? (conversation) => ({ ...conversation, ...changes }) : null)
    },
    onError: (error) => showError(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.conversations }),
  })

export const useDeleteConversation = () =>
  useMutation({
    mutationFn: (id: string) => deleteConversation(id),
    onMutate: async (id) => {
      await queryClient.cancelQueries({ queryKey: keys.conversations })
      paintConversation(id, null)
    },
    onError: (error) => showError(error.message),
    onSettled: (_data, error, id) => {
      if (!error) queryClient.removeQueries({ queryKey: keys.messages(id) })
      return queryClient.invalidateQueries({ queryKey: keys.conversations })
    },
  })
