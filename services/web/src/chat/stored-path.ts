import { queryOptions } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { queryClient } from '../api/client.ts'
import { listPath, type PathMessage, updateConversation } from './chat-api.ts'
import { holds, type Path, type ReadPage, readAround, readBackTo, readPath } from './path.ts'
import { keys } from './query-keys.ts'

// The stored messages of a conversation as this page holds them.

const pagesOf =
  (conversationId: string, through: string | null, signal?: AbortSignal): ReadPage =>
  (query) =>
    listPath(conversationId, { through, ...query }, signal)

/** The branch through a message, around it, or (null) the end of the one that is shown. */
export const branchQuery = (conversationId: string, through: string | null) => {
  const queryKey = keys.path(conversationId, through)
  const known = () => queryClient.getQueryData<Path>(queryKey)
  return queryOptions({
    queryKey,
    queryFn: async ({ signal }) => {
      const shown = () => readPath(pagesOf(conversationId, null, signal), known)
      if (through === null) return shown()
      const path = await readAround(pagesOf(conversationId, through, signal), known, through)
      // A message that is gone leads nowhere.
      return path.messages.length > 0 ? path : shown()
    },
    // Done by `readPath`, by id: what is read further back moves everything to another index.
    structuralSharing: false,
  })
}

/** Leads the reader to a message anew where what was read through it before has moved on without it. */
export function returnTo(conversationId: string, through: string): void {
  const queryKey = keys.path(conversationId, through)
  const path = queryClient.getQueryData<Path>(queryKey)
  if (path && !holds(path, through)) void queryClient.resetQueries({ queryKey, exact: true })
}

export interface FurtherMessages {
  state: 'none' | 'more' | 'loading' | 'failed'
  load: () => void
}

type ReadFurther = (readPage: ReadPage, path: Path) => Promise<Path>

/** What comes before (`readOlder`) or after (`readNewer`) the part that has been read. */
export function useFurtherMessages(
  conversationId: string,
  through: string | null,
  path: Path,
  cursor: string | null,
  read: ReadFurther,
): FurtherMessages {
  const [loading, setLoading] = useState<string | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const load = useCallback(() => {
    if (cursor === null) return
    setLoading(cursor)
    setFailed(null)
    read(pagesOf(conversationId, through), path)
      .then((longer) => {
        const key = keys.path(conversationId, through)
        // Should it have been read anew in the meantime, the next look asks again.
        if (queryClient.getQueryData<Path>(key) === path) queryClient.setQueryData<Path>(key, longer)
      })
      .catch(() => setFailed(cursor))
      .finally(() => setLoading(null))
  }, [conversationId, through, path, cursor, read])
  const state = cursor === null ? 'none' : loading === cursor ? 'loading' : failed === cursor ? 'failed' : 'more'
  return useMemo(() => ({ state, load }), [state, load])
}

/** Reads the end of the branch in place of the part that was read. Returns its last message. */
export async function readEnd(conversationId: string, through: string | null): Promise<string | null> {
  const key = keys.path(conversationId, through)
  await queryClient.cancelQueries({ queryKey: key, exact: true })
  const path = await readPath(pagesOf(conversationId, through), () => queryClient.getQueryData<Path>(key))
  queryClient.setQueryData<Path>(key, path)
  return path.messages.at(-1)?.id ?? null
}

/** Shows another branch from now on, here (`onRead`: its messages are there) and on every device. */
export async function showBranch(conversationId: string, through: string, onRead: () => void): Promise<void> {
  const path = await readBackTo(pagesOf(conversationId, through), through)
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

/**
 * The branch that is read through a message becomes the one that is shown: something was asked on it, at its end or in
 * place of what came after. So nothing comes after what was read.
 */
export function settleOn(conversationId: string, through: string): void {
  const path = queryClient.getQueryData<Path>(keys.path(conversationId, through))
  if (path) queryClient.setQueryData<Path>(keys.path(conversationId, null), { ...path, newerCursor: null })
}

/** Changes a message wherever it is shown. */
export function paintMessage(conversationId: string, messageId: string, change: (message: PathMessage) => PathMessage): void {
  queryClient.setQueriesData<Path>({ queryKey: keys.messages(conversationId) }, (path) => {
    if (!path) return path
    return { ...path, messages: path.messages.map((message) => (message.id === messageId ? change(message) : message)) }
  })
}
