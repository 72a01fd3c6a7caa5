import type { InfiniteData } from '@tanstack/react-query'
import { queryClient } from '../api/client.ts'
import type { Conversation, Page } from './chat-api.ts'
import type { Path } from './path.ts'
import { keys } from './query-keys.ts'

type Shown = InfiniteData<Page<Conversation>> | Conversation | undefined

/** A conversation as a list has it. */
export function findConversation(id: string): Conversation | undefined {
  for (const [, data] of queryClient.getQueriesData<Shown>({ queryKey: keys.conversations })) {
    if (!data || !('pages' in data)) continue
    const found = data.pages.flatMap(({ items }) => items).find((conversation) => conversation.id === id)
    if (found) return found
  }
}

/** Changes a conversation wherever it is shown; null takes it away. */
export function paintConversation(id: string, change: ((conversation: Conversation) => Conversation) | null): void {
  queryClient.setQueriesData<Shown>({ queryKey: keys.conversations }, (data) => {
    if (!data) return data
    if (!('pages' in data)) return data.id === id && change ? change(data) : data
    const pages = data.pages.map((page) => ({
      ...page,
      items: page.items.flatMap((conversation) => (conversation.id !== id ? conversation : change ? change(conversation) : [])),
    }))
    return { ...data, pages }
  })
}

/** What the server says of a conversation: its title was made, or another device changed it. */
export function noteConversation(conversation: Conversation): void {
  const { id, headMessageId, pinned, archived, updatedAt } = conversation
  const known = findConversation(id)
  paintConversation(id, () => conversation)
  const isInPlace = known && known.pinned === pinned && known.archived === archived && known.updatedAt === updatedAt
  if (!isInPlace) void queryClient.invalidateQueries({ queryKey: keys.conversations })
  const path = queryClient.getQueryData<Path>(keys.path(id, null))
  if (path && path.messages.at(-1)?.id !== headMessageId) void queryClient.invalidateQueries({ queryKey: keys.path(id, null) })
}
