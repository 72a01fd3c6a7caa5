import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useShallow } from 'zustand/shallow'
import { useLive } from '../live/live-store.ts'
import { follow } from './live-chat.ts'
import { type Path, readNewer, readOlder } from './path.ts'
import { branchQuery, returnTo, useFurtherMessages } from './stored-path.ts'
import { composeThread } from './thread.ts'
import { useChatUi } from './use-chat-ui.ts'

const NOTHING: Path = { messages: [], olderCursor: null, newerCursor: null }

/**
 * What there is to read in a conversation (null: the one that begins on the empty page), kept up to date. `through` asks
 * for the branch that holds this message instead of the one that is shown; `visit` changes whenever the reader comes for it.
 */
export function useThread(conversationId: string | null, through: string | null, visit: string) {
  const firstTurnId = useChatUi((ui) => ui.firstTurnId)
  const turns = useLive(
    useShallow((live) =>
      Object.values(live.turns).filter((turn) => (conversationId ? turn.conversationId === conversationId : turn.id === firstTurnId)),
    ),
  )
  const questions = useLive((live) => live.questions)
  useEffect(() => {
    if (conversationId && through && visit) returnTo(conversationId, through)
  }, [conversationId, through, visit])
  const stored = useQuery({
    ...branchQuery(conversationId ?? '', through),
    enabled: conversationId !== null,
    // Whoever comes back to this window may have gone on elsewhere.
    refetchOnWindowFocus: 'always',
  })
  const path = stored.data ?? NOTHING
  const older = useFurtherMessages(conversationId ?? '', through, path, path.olderCursor, readOlder)
  const newer = useFurtherMessages(conversationId ?? '', through, path, path.newerCursor, readNewer)

  // Answers that were begun elsewhere, or before a reload.
  useEffect(() => {
    for (const { status, turnId } of path.messages) if (status === 'running' && turnId) follow(turnId)
  }, [path])

  const thread = useMemo(() => composeThread({ path, turns, questions }), [path, turns, questions])
  return {
    thread,
    older,
    newer,
    isLoading: stored.isLoading && thread.length === 0,
    error: thread.length === 0 ? stored.error : null,
    retry: () => void stored.refetch(),
  }
}
