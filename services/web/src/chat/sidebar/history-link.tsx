import { Ellipsis, Pin } from 'lucide-react'
import { memo } from 'react'
import { Link } from 'react-router'
import { IconButton } from '../../design/icon-button.tsx'
import type { Conversation } from '../chat-api.ts'
import { ConversationMenu } from '../conversation-menu.tsx'
import { useChatUi } from '../use-chat-ui.ts'

interface HistoryLinkProps {
  conversation: Conversation
  isCurrent: boolean
}

export const HistoryLink = memo(({ conversation, isCurrent }: HistoryLinkProps) => {
  const title = conversation.title ?? 'New chat'
  return (
    <div
      className={`group relative flex h-[2.125rem] items-center rounded-[0.625rem] transition-colors has-[[data-state=open]]:bg-hover ${isCurrent ? 'bg-press' : 'hover:bg-hover'}`}
    >
      <Link
        to={`/c/${conversation.id}`}
        aria-current={isCurrent ? 'page' : undefined}
        onClick={() => useChatUi.setState({ isDrawerOpen: false })}
        className={`flex h-full min-w-0 flex-1 items-center gap-2 rounded-[0.625rem] pr-9 pl-3 text-sm outline-offset-[-2px] ${isCurrent ? 'font-medium text-ink' : 'text-ink-soft group-hover:text-ink'}`}
      >
        <span className="truncate">{title}</span>
        {conversation.pinned && <Pin className="size-3 shrink-0 text-ink-faint" aria-label="pinned" />}
      </Link>
      <ConversationMenu
        conversation={conversation}
        align="start"
        trigger={
          <IconButton
            label={`Options of ${title}`}
            hasTooltip={false}
            size="small"
            className="absolute right-0.5 opacity-0 focus-visible:opacity-100 group-focus-within:opacity-100 group-hover:opacity-100 data-[state=open]:opacity-100 pointer-coarse:opacity-100"
          >
            <Ellipsis aria-hidden="true" />
          </IconButton>
        }
      />
    </div>
  )
})
