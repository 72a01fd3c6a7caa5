import { ChevronDown, Menu as MenuIcon, PanelLeftOpen, SquarePen } from 'lucide-react'
import { IconButton } from '../design/icon-button.tsx'
import type { Conversation } from './chat-api.ts'
import { ConversationMenu } from './conversation-menu.tsx'
import { showSidebar, useChatUi } from './use-chat-ui.ts'
import { useNewChat } from './use-new-chat.ts'

export function ChatHeader({ conversation }: { conversation: Conversation | undefined }) {
  const isSidebarOpen = useChatUi((ui) => ui.isSidebarOpen)
  const newChat = useNewChat()
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 px-2 sm:px-3">
      <IconButton
        label="Open the menu"
        hasTooltip={false}
        className="size-10! md:hidden"
        onClick={() => useChatUi.setState({ isDrawerOpen: true })}
      >
        <MenuIcon aria-hidden="true" />
      </IconButton>
      {!isSidebarOpen && (
        <span className="hidden items-center gap-1 md:flex">
          <IconButton label="Show the sidebar" onClick={() => showSidebar(true)}>
            <PanelLeftOpen aria-hidden="true" />
          </IconButton>
          <IconButton label="New chat" onClick={newChat}>
            <SquarePen aria-hidden="true" />
          </IconButton>
        </span>
      )}
      {conversation ? (
        <h1 className="flex min-w-0 flex-1 justify-center tracking-normal md:justify-start">
          <ConversationMenu
            conversation={conversation}
            align="start"
            trigger={
              <button
                type="button"
                className="inline-flex h-9 min-w-0 items-center gap-1.5 rounded-[0.625rem] px-2.5 font-medium text-sm transition-colors hover:bg-hover data-[state=open]:bg-hover"
              >
                <span className="truncate">{conversation.title ?? 'New chat'}</span>
                <ChevronDown className="size-3.5 shrink-0 text-ink-faint" aria-hidden="true" />
                <span className="sr-only">, options</span>
              </button>
            }
          />
        </h1>
      ) : (
        <span className="flex-1" />
      )}
      <IconButton label="New chat" hasTooltip={false} className="size-10! md:hidden" onClick={newChat}>
        <SquarePen aria-hidden="true" />
      </IconButton>
    </header>
  )
}
