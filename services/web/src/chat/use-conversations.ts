import { type InfiniteData, useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import { queryClient } from '../api/client.ts'
import { showError } from '../design/toast.tsx'
import {
  type Conversation,
  type ConversationChanges,
  deleteConversation,
  getConversation,
  listConversations,
  type Page,
  updateConversation,
} from './chat-api.ts'
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
    placeholderData: () => (id ? findInLists(id) : undefined),
  })

type Lists = InfiniteData<Page<Conversation>> | Conversation | undefined

function findInLists(id: string): Conversation | undefined {
  for (const [, data] of queryClient.getQueriesData<Lists>({ queryKey: keys.conversations })) {
    if (!data || !('pages' in data)) continue
    const found = data.pages.flatMap(({ items }) => items).find((conversation) => conversation.id === id)
    if (found) return found
  }
}

/** Changes a conversation wherever it is shown; null takes it away. */
function paint(id: string, change: ((conversation: Conversation) => Conversation) | null): void {
  queryClient.setQueriesData<Lists>({ queryKey: keys.conversations }, (data) => {
    if (!data) return data
    if (!('pages' in data)) return data.id === id && change ? change(data) : data
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((conversation) => (conversation.id !== id ? conversation : change ? change(conversation) : [])),
    }))
    return { ...data, pages }
  })
}

/** The change is seen at once, and taken back when the server refuses it. */
export const useUpdateConversation = () =>
  useMutation({
    mutationFn: ({ id, changes }: { id: string; changes: ConversationChanges }) => updateConversation(id, changes),
    onMutate: async ({ id, changes }) => {
      await queryClient.cancelQueries({ queryKey: keys.conversations })
      // A list that no longer is its place loses it.
      paint(id, changes.archived === undefined ? (conversation) => ({ ...conversation, ...changes }) : null)
    },
    onError: (error) => showError(error.message),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.conversations }),
  })

export const useDeleteConversation = () =>
  useMutation({
    mutationFn: (id: string) => deleteConversation(id),
    onMutate: async (id) => {
      await queryClient.cancelQueries({ queryKey: keys.conversations })
      paint(id, null)
    },
    onError: (error) => showError(error.message),
    onSettled: (_data, error, id) => {
      if (!error) queryClient.removeQueries({ queryKey: keys.messages(id) })
      return queryClient.invalidateQueries({ queryKey: keys.conversations })
    },
  })
