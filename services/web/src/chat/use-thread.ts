import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useShallow } from 'zustand/shallow'
import { useLive } from '../live/live-store.ts'
import { listMessages } from './chat-api.ts'
import { follow } from './live-chat.ts'
import { keys } from './query-keys.ts'
import { composeThread } from './thread.ts'
import { useChatUi } from './use-chat-ui.ts'

const NONE: [] = []

/** What there is to read in a conversation (null: the one that begins on the empty page), kept up to date. */
export function useThread(conversationId: string | null) {
  const [choices, setChoices] = useState<Readonly<Record<string, string>>>({})
  const firstTurnId = useChatUi((ui) => ui.firstTurnId)
  const turns = useLive(
    useShallow((live) =>
      Object.values(live.turns).filter((turn) => (conversationId ? turn.conversationId === conversationId : turn.id === firstTurnId)),
    ),
  )
  const questions = useLive((live) => live.questions)
  const stored = useQuery({
    queryKey: keys.messages(conversationId ?? ''),
    queryFn: ({ signal }) => listMessages(conversationId ?? '', signal),
    enabled: conversationId !== null,
    // Whoever comes back to this window may have gone on elsewhere.
    refetchOnWindowFocus: 'always',
  })
  const messages = stored.data ?? NONE

  // Answers that were begun elsewhere, or before a reload.
  useEffect(() => {
    for (const { status, turnId } of messages) if (status === 'running' && turnId) follow(turnId)
  }, [messages])

  const thread = useMemo(() => composeThread({ messages, turns, questions, choices }), [messages, turns, questions, choices])
  return {
    thread,
    isLoading: stored.isLoading && thread.length === 0,
    error: thread.length === 0 ? stored.error : null,
    retry: () => void stored.refetch(),
    choose: (parentId: string | null, id: string) => setChoices((before) => ({ ...before, [parentId ?? '']: id })),
  }
}
