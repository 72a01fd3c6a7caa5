import { Button } from '../../design/button.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import type { Notice } from './notices.ts'

interface NoticeListProps {
  notices: readonly Notice[]
  isLoading: boolean
  isBroken: boolean
  onRetry: () => void
  onOpen: (notice: Notice) => void
}

export function NoticeList({ notices, isLoading, isBroken, onRetry, onOpen }: NoticeListProps) {
  if (isLoading) {
    return (
      <div role="status" aria-label="Loading your notices" className="grid gap-3 px-4 pb-5">
        <Skeleton className="h-4 w-3/5" />
        <Skeleton className="h-3.5 w-full" />
      </div>
    )
  }
  if (isBroken) {
    return (
      <div className="grid justify-items-start gap-3 px-4 pb-4 text-ink-soft text-sm">
        Your notices could not be loaded.
        <Button size="small" onClick={onRetry}>
          Try again
        </Button>
      </div>
    )
  }
  if (notices.length === 0) return <p className="px-4 pb-5 text-ink-soft text-sm">Nothing to tell you yet.</p>
  return (
    <ul className="grid min-h-0 gap-0.5 overflow-y-auto px-1.5 pb-1.5">
      {notices.map((notice) => (
        <li key={notice.id}>
          <button
            type="button"
            onClick={() => onOpen(notice)}
            className="flex w-full gap-2.5 rounded-xl px-2.5 py-2 text-left text-sm transition-colors hover:bg-hover"
          >
            <span aria-hidden="true" className={`mt-1.5 size-2 shrink-0 rounded-full ${notice.read ? '' : 'bg-accent'}`} />
            <span className="grid min-w-0 flex-1 gap-0.5">
              <span className={`break-words ${notice.read ? 'text-ink-soft' : 'font-medium'}`}>
                {notice.title}
                {!notice.read && <span className="sr-only">, unread</span>}
              </span>
              {notice.body && <span className="break-words text-[0.8125rem] text-ink-soft">{notice.body}</span>}
              <time dateTime={notice.createdAt} className="text-ink-faint text-xs">
                {new Date(notice.createdAt).toLocaleString([], { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })}
              </time>
            </span>
          </button>
        </li>
      ))}
    </ul>
  )
}
