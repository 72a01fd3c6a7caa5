import { useCallback } from 'react'
import { useNavigate } from 'react-router'
import { useChatUi } from './use-chat-ui.ts'

export function useNewChat(): () => void {
  const navigate = useNavigate()
  return useCallback(() => {
    useChatUi.setState({ firstTurnId: null, isDrawerOpen: false })
    void navigate('/')
  }, [navigate])
}
