import { Archive, ArrowLeft, PanelLeftClose, Search, SquarePen, TextSearch, X } from 'lucide-react'
import { type MouseEvent, useDeferredValue, useState } from 'react'
import { Link } from 'react-router'
import { Button } from '../../design/button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { Wordmark } from '../../design/mark.tsx'
import { NoticesButton } from '../notices/notices-button.tsx'
import { openPalette } from '../use-chat-ui.ts'
import { useDebounced } from '../use-debounced.ts'
import { useNewChat } from '../use-new-chat.ts'
import { AccountMenu } from './account-menu.tsx'
import { HistoryList } from './history-list.tsx'

interface SidebarProps {
  /** Puts it away: the panel on a desktop, the drawer on a phone. */
  onHide: () => void
}

export function Sidebar({ onHide }: SidebarProps) {
  const newChat = useNewChat()
  const [search, setSearch] = useState('')
  const [isArchive, setIsArchive] = useState(false)
  const q = useDebounced(useDeferredValue(search).trim(), 200)
  /** In place of the link's own going there, or there would be two steps to go back. A new tab is the browser's business. */
  const goByClick = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    newChat()
  }
  return (
    <nav aria-label="Chats" className="flex h-full min-h-0 flex-col">
      <div className="flex h-14 shrink-0 items-center justify-between pr-2 pl-4">
        <Link to="/" onClick={goByClick} className="flex rounded-lg" aria-label="Parley, new chat">
          <Wordmark />
        </Link>
        <span className="flex items-center gap-0.5">
          <NoticesButton />
          <IconButton label="Hide the sidebar" onClick={onHide}>
            <PanelLeftClose aria-hidden="true" />
          </IconButton>
        </span>
      </div>
      <div className="grid gap-2 px-3 pb-1">
        <Button onClick={newChat} className="justify-start! px-3! bg-raised!" isWide>
          <SquarePen className="size-4 text-accent" aria-hidden="true" />
          New chat
        </Button>
        <div className="relative">
          <Search className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-ink-faint" aria-hidden="true" />
          <input
            type="search"
            aria-label="Search your chats by title"
            placeholder={isArchive ? 'Search the archive' : 'Search'}
            value={search}
            onChange={(event) => setSearch(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && search.trim() && openPalette(search.trim())}
            className="h-9 w-full rounded-xl bg-hover pr-9 pl-9 text-base outline-offset-0 placeholder:text-ink-faint focus:bg-surface focus:outline-2 focus:outline-accent/40 sm:text-sm [&::-webkit-search-cancel-button]:hidden"
          />
          {search && (
            <IconButton
              label="Clear the search"
              hasTooltip={false}
              size="small"
              className="absolute top-0.5 right-0.5"
              onClick={() => setSearch('')}
            >
              <X aria-hidden="true" />
            </IconButton>
          )}
        </div>
      </div>
      {isArchive && (
        <button
          type="button"
          onClick={() => setIsArchive(false)}
          className="mx-3 mt-2 flex h-9 items-center gap-2 rounded-[0.625rem] px-3 font-medium text-sm hover:bg-hover"
        >
          <ArrowLeft className="size-4 text-ink-soft" aria-hidden="true" />
          Archive
        </button>
      )}
      {search.trim() && (
        <button
          type="button"
          onClick={() => openPalette(search.trim())}
          className="mx-2 mt-2 flex h-9 shrink-0 items-center gap-2.5 rounded-[0.625rem] px-3 text-ink-soft text-sm transition-colors hover:bg-hover hover:text-ink"
        >
          <TextSearch className="size-4 shrink-0" aria-hidden="true" />
          <span className="truncate">Find “{search.trim()}” in messages</span>
        </button>
      )}
      <HistoryList q={q} isArchive={isArchive} />
      <div className="mt-auto grid grid-cols-1 gap-0.5 border-line border-t p-2">
        {!isArchive && (
          <button
            type="button"
            onClick={() => setIsArchive(true)}
            className="flex h-9 items-center gap-2.5 rounded-[0.625rem] px-3 text-ink-soft text-sm transition-colors hover:bg-hover hover:text-ink"
          >
            <Archive className="size-4" aria-hidden="true" />
            Archive
          </button>
        )}
        <AccountMenu />
      </div>
    </nav>
  )
}
