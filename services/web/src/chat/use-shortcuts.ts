import { useEffect } from 'react'
import { openPalette, showSidebar, useChatUi } from './use-chat-ui.ts'
import { useNewChat } from './use-new-chat.ts'

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))

/** The keys that work on every page of the app. Those of the composer and of Esc live where they act. */
export function useShortcuts(): void {
  const newChat = useNewChat()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const { key, shiftKey, target } = event
      const isCommand = event.metaKey || event.ctrlKey
      const { isSidebarOpen, isPaletteOpen, hasCharacterKeys } = useChatUi.getState()
      const act = (action: () => void) => {
        event.preventDefault()
        action()
      }
      if (isCommand && !shiftKey && key.toLowerCase() === 'k')
        act(() => (isPaletteOpen ? useChatUi.setState({ isPaletteOpen: false }) : openPalette()))
      else if (isCommand && shiftKey && key.toLowerCase() === 'o') act(newChat)
      else if (isCommand && shiftKey && key.toLowerCase() === 's') act(() => showSidebar(!isSidebarOpen))
      else if (isCommand || event.altKey || isTyping(target) || !hasCharacterKeys) return
      else if (key === '?') act(() => useChatUi.setState({ isHelpOpen: true }))
      else if (key === '/') act(() => document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Your message"]')?.focus())
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [newChat])
}
