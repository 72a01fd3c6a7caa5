import { useEffect } from 'react'
import { useNavigate } from 'react-router'
import { useLive } from '../live/live-store.ts'
import { useChatUi } from './use-chat-ui.ts'

/** Moves from the empty page to the conversation as soon as the server has made it. */
export function useFirstConversation(conversationId: string | null): void {
  const navigate = useNavigate()
  const firstTurnId = useChatUi((ui) => ui.firstTurnId)
  const madeId = useLive((live) => (firstTurnId ? (live.turns[firstTurnId]?.conversationId ?? null) : null))
  useEffect(() => {
    if (!conversationId && madeId) void navigate(`/c/${madeId}`, { replace: true })
    // Only once we are there: until then the empty page shows this turn.
    if (conversationId && firstTurnId) useChatUi.setState({ firstTurnId: null })
  }, [madeId, conversationId, firstTurnId, navigate])
}
