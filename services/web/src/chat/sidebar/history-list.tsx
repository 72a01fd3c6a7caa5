import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useMemo, useRef } from 'react'
import { useMatch } from 'react-router'
import { Button } from '../../design/button.tsx'
import { EmptyState } from '../../design/empty-state.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { type HistoryList as Kind, useConversationList } from '../use-conversations.ts'
import { HistoryLink } from './history-link.tsx'
import { historyRows } from './history-rows.ts'

const ROW_PX = 36
const LABEL_PX = 38
/** So many rows before the end the next page is asked for. */
const AHEAD = 12

interface HistoryListProps {
  q: string
  isArchive: boolean
}

const NONE: [] = []

export function HistoryList({ q, isArchive }: HistoryListProps) {
  const kind: Kind = isArchive ? 'archived' : 'recent'
  const main = useConversationList(kind, q)
  const pinnedPages = useConversationList('pinned', q, !isArchive)
  const currentId = useMatch('/c/:conversationId')?.params.conversationId
  const scroller = useRef<HTMLDivElement>(null)

  const conversations = useMemo(() => main.data?.pages.flatMap(({ items }) => items) ?? NONE, [main.data])
  const pinned = useMemo(
    () => (isArchive ? NONE : (pinnedPages.data?.pages.flatMap(({ items }) => items) ?? NONE)),
    [isArchive, pinnedPages.data],
  )
  const rows = useMemo(() => historyRows(pinned, conversations, new Date()), [pinned, conversations])

  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'label' ? LABEL_PX : ROW_PX),
    getItemKey: (index) => rows[index]?.key ?? index,
    overscan: 10,
  })
  const visible = virtual.getVirtualItems()
  const lastVisible = visible.at(-1)?.index ?? 0

  const { hasNextPage, isFetchingNextPage, fetchNextPage } = main
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && lastVisible >= rows.length - AHEAD) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage, lastVisible, rows.length])

  // A list that could not be read again is still the list.
  if (!main.data) {
    if (!main.isError) return <HistorySkeleton />
    return (
      <EmptyState
        title="Your chats could not be loaded"
        action={
          <Button size="small" onClick={() => void main.refetch()}>
            Try again
          </Button>
        }
      />
    )
  }
  if (rows.length === 0) return <p className="px-5 py-6 text-center text-ink-soft text-sm">{emptyText(q, isArchive)}</p>

  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-2 pb-4">
      <ul style={{ height: virtual.getTotalSize() }} className="relative">
        {visible.map(({ index, key, start, size }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <li key={key} style={{ height: size, transform: `translateY(${start}px)` }} className="absolute inset-x-0 top-0">
              {row.kind === 'label' ? (
                <h3 className="px-3 pt-4 font-medium text-ink-faint text-xs tracking-normal">{row.label}</h3>
              ) : (
                <HistoryLink conversation={row.conversation} isCurrent={row.conversation.id === currentId} />
              )}
            </li>
          )
        })}
      </ul>
    </div>
  )
}

const emptyText = (q: string, isArchive: boolean) =>
  q ? `Nothing found for “${q}”.` : isArchive ? 'Nothing archived yet.' : 'Your chats will be kept here.'

const HistorySkeleton = () => (
  <div role="status" aria-label="Loading your chats" className="grid gap-4 px-5 py-4">
    {['w-2/3', 'w-4/5', 'w-1/2', 'w-3/4', 'w-3/5', 'w-4/5', 'w-2/5'].map((width, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: the rows never change
      <Skeleton key={row} className={`h-3.5 ${width}`} />
    ))}
  </div>
)
