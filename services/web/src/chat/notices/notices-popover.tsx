import { Popover as Primitive } from 'radix-ui'
import type { RefObject } from 'react'
import { useNavigate } from 'react-router'
import { Button } from '../../design/button.tsx'
import { useChatUi } from '../use-chat-ui.ts'
import { NoticeList } from './notice-list.tsx'
import { type Notice, unreadOf } from './notices.ts'
import { useMarkRead, useNotices } from './use-notices.ts'

interface NoticesPopoverProps {
  bell: RefObject<HTMLButtonElement | null>
  onClose: () => void
}

export function NoticesPopover({ bell, onClose }: NoticesPopoverProps) {
  const navigate = useNavigate()
  const { data: notices = [], isPending, isError, refetch } = useNotices()
  const { mutate: markRead } = useMarkRead()
  const unread = unreadOf(notices).map(({ id }) => id)

  const open = ({ id, read, link }: Notice) => {
    if (!read) markRead([id])
    if (!link) return
    onClose()
    useChatUi.setState({ isDrawerOpen: false })
    void navigate(link)
  }
  return (
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Anchor virtualRef={bell} />
      <Primitive.Portal>
        <Primitive.Content
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label="Notices"
          // The bell closes it by itself.
          onInteractOutside={(event) => bell.current?.contains(event.target as Node) && event.preventDefault()}
          onCloseAutoFocus={(event) => {
            event.preventDefault()
            if (document.activeElement === document.body) bell.current?.focus()
          }}
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
