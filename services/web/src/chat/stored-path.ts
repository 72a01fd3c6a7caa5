import { queryOptions } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { queryClient } from '../api/client.ts'
import { listPath, type PathMessage, updateConversation } from './chat-api.ts'
import { type Path, readOlder, readPath } from './path.ts'
import { keys } from './query-keys.ts'

// The stored messages of a conversation as this page holds them.

/** The branch through a message, or (null) the one that is shown. */
export const branchQuery = (conversationId: string, through: string | null) => {
  const queryKey = keys.path(conversationId, through)
  return queryOptions({
    queryKey,
    queryFn: ({ signal }) =>
      readPath(
        (query) => listPath(conversationId, { through, ...query }, signal),
        () => queryClient.getQueryData<Path>(queryKey),
        through,
      ),
    // Done by `readPath`, by id: what is read further back moves everything to another index.
    structuralSharing: false,
  })
}

export interface OlderMessages {
  state: 'none' | 'more' | 'loading' | 'failed'
  load: () => void
}

/** What comes before the part that has been read. */
export function useOlderMessages(conversationId: string, through: string | null, path: Path): OlderMessages {
  const [loading, setLoading] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const cursor = path.olderCursor
  const load = useCallback(() => {
    if (cursor === null) return
    setLoading(cursor)
    setFailed(null)
    readOlder((query) => listPath(conversationId, { through, ...query }), path)
      .then((longer) => {
        const key = keys.path(conversationId, through)
        // Should the end have been read anew in the meantime, the next look asks again.
        if (queryClient.getQueryData<Path>(key) === path) queryClient.setQueryData<Path>(key, longer)
      })
      .catch(() => setFailed(cursor))
      .finally(() => setLoading(null))
  }, [conversationId, through, path, cursor])
  const state = cursor === null ? 'none' : loading === cursor ? 'loading' : failed === cursor ? 'failed' : 'more'
  return useMemo(() => ({ state, load }), [state, load])
}

/** Shows another branch from now on, here (`onRead`: its messages are there) and on every device. */
export async function showBranch(conversationId: string, through: string, onRead: () => void): Promise<void> {
  const path = await readPath(
    (query) => listPath(conversationId, { through, ...query }),
    () => undefined,
    through,
  )
  const key = keys.path(conversationId, null)
  await queryClient.cancelQueries({ queryKey: key })
  queryClient.setQueryData<Path>(key, path)
  onRead()
  const end = path.messages.at(-1)
  if (!end) return
  try {
    await updateConversation(conversationId, { headMessageId: end.id })
  } catch (error) {
    void queryClient.invalidateQueries({ queryKey: key })
    throw error
  }
}

/** The branch that is read through a message becomes the one that is shown: something was asked on it. */
export function settleOn(conversationId: string, through: string): void {
  const path = queryClient.getQueryData<Path>(keys.path(conversationId, through))
  if (path) queryClient.setQueryData<Path>(keys.path(conversationId, null), path)
}

/** Changes a message wherever it is shown. */
export function paintMessage(conversationId: string, messageId: string, change: (message: PathMessage) => PathMessage): void {
  queryClient.setQueriesData<Path>({ queryKey: keys.messages(conversationId) }, (path) => {
    if (!path) return path
    return { ...path, messages: path.messages.map((message) => (message.id === messageId ? change(message) : message)) }
  })
}
