import { Bell } from 'lucide-react'
import { Popover as Primitive } from 'radix-ui'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../../design/button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { useChatUi } from '../use-chat-ui.ts'
import { NoticeList } from './notice-list.tsx'
import { type Notice, unreadOf } from './notices.ts'
import { useMarkRead, useNotices } from './use-notices.ts'

/** The bell: a dot while something is unread, and behind it what there is to tell. */
export function NoticesButton() {
  const [isOpen, setIsOpen] = useState(false)
  const navigate = useNavigate()
  const { data: notices = [], isPending, isError, refetch } = useNotices()
  const { mutate: markRead } = useMarkRead()
  const unread = unreadOf(notices).map(({ id }) => id)

  const open = ({ id, read, link }: Notice) => {
    if (!read) markRead([id])
    if (!link) return
    setIsOpen(false)
    useChatUi.setState({ isDrawerOpen: false })
    void navigate(link)
  }
  return (
    <Primitive.Root open={isOpen} onOpenChange={setIsOpen}>
      <Primitive.Trigger asChild>
        <IconButton label={unread.length > 0 ? `Notices, ${unread.length} unread` : 'Notices'} hasTooltip={false} className="relative">
          <Bell aria-hidden="true" />
          {unread.length > 0 && (
            <span aria-hidden="true" className="absolute top-1.5 right-1.5 size-2 rounded-full bg-accent ring-2 ring-sidebar" />
          )}
        </IconButton>
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Notices"
          className="z-50 flex max-h-(--radix-popover-content-available-height) w-[min(20rem,calc(100vw-1.5rem))] animate-rise flex-col rounded-2xl border border-line bg-raised shadow-lifted outline-none"
        >
          <div className="flex h-12 shrink-0 items-center justify-between pr-2 pl-4">
            <h2 className="font-semibold text-sm">Notices</h2>
            {unread.length > 0 && (
              <Button look="quiet" size="small" onClick={() => markRead(unread)}>
                Mark all as read
              </Button>
            )}
          </div>
          <NoticeList notices={notices} isLoading={isPending} isBroken={isError && notices.length === 0} onRetry={refetch} onOpen={open} />
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
