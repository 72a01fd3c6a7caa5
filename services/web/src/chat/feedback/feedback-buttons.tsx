import { ThumbsDown, ThumbsUp } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { isApiError } from '../../api/api-error.ts'
import { ErrorBoundary } from '../../app/error-boundary.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { showError } from '../../design/toast.tsx'
import { type ChatMessage, type Feedback, rateMessage } from '../chat-api.ts'
import { paintMessage } from '../stored-path.ts'

const CommentPopover = lazy(async () => ({ default: (await import('./comment-popover.tsx')).CommentPopover }))

const buttons = [
  { value: 1, label: 'Good answer', Icon: ThumbsUp },
  { value: -1, label: 'Bad answer', Icon: ThumbsDown },
] as const

/** Up or down, once more to take it back; what it was about can be added, and need not be. */
export function FeedbackButtons({ message }: { message: ChatMessage }) {
  const { id, conversationId, feedback } = message
  const anchor = useRef<HTMLSpanElement>(null)
  const [commentingOn, setCommentingOn] = useState<1 | -1 | null>(null)

  const rate = async (next: Feedback | null) => {
    const paint = (shown: Feedback | undefined) => paintMessage(conversationId, id, (one) => ({ ...one, feedback: shown }))
    paint(next ?? undefined)
    try {
      await rateMessage(id, next)
    } catch (error) {
      paint(feedback)
      showError(isApiError(error) ? error.message : 'Your feedback could not be sent.')
    }
  }
  const press = (value: 1 | -1) => {
    const isWithdrawn = feedback?.value === value
    void rate(isWithdrawn ? null : { value, comment: null })
    setCommentingOn(isWithdrawn ? null : value)
  }

  return (
    <span ref={anchor} className="inline-flex">
      {buttons.map(({ value, label, Icon }) => {
        const isPressed = feedback?.value === value
        return (
          <IconButton key={value} label={label} size="small" aria-pressed={isPressed} onClick={() => press(value)}>
            <Icon className={isPressed ? 'fill-current text-accent' : ''} aria-hidden="true" />
          </IconButton>
        )
      })}
      {commentingOn && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            <CommentPopover
              anchor={anchor}
              value={commentingOn}
              onSend={(comment) => void rate({ value: commentingOn, comment })}
              onClose={() => setCommentingOn(null)}
            />
          </Suspense>
        </ErrorBoundary>
      )}
    </span>
  )
}
