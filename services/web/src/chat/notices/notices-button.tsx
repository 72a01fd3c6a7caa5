import { Bell } from 'lucide-react'
import { Suspense, useRef, useState } from 'react'
import { ErrorBoundary } from '../../app/error-boundary.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { NoticesPopover } from '../later.ts'
import { unreadOf } from './notices.ts'
import { useNotices } from './use-notices.ts'

/** The bell: a dot while something is unread, and behind it what there is to tell. */
export function NoticesButton() {
  const bell = useRef<HTMLButtonElement>(null)
  const [isOpen, setIsOpen] = useState(false)
  const { data: notices = [] } = useNotices()
  const unread = unreadOf(notices).length
  return (
    <>
      <IconButton
        ref={bell}
        label={unread > 0 ? `Notices, ${unread} unread` : 'Notices'}
        hasTooltip={false}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        className="relative"
        onClick={() => setIsOpen(!isOpen)}
      >
        <Bell aria-hidden="true" />
        {unread > 0 && <span aria-hidden="true" className="absolute top-1.5 right-1.5 size-2 rounded-full bg-accent ring-2 ring-sidebar" />}
      </IconButton>
      <ErrorBoundary fallback={null} resetKey={String(isOpen)}>
        <Suspense>{isOpen && <NoticesPopover bell={bell} onClose={() => setIsOpen(false)} />}</Suspense>
      </ErrorBoundary>
    </>
  )
}
