import { ArrowDown } from 'lucide-react'
import { useEffect, useLayoutEffect, useRef } from 'react'
import { IconButton } from '../../design/icon-button.tsx'
import type { ThreadItem } from '../thread.ts'
import { useAnnouncement } from '../use-announcement.ts'
import { useModels } from '../use-models.ts'
import { useStickToEnd } from '../use-stick-to-end.ts'
import { Answer } from './answer.tsx'
import { Question } from './question.tsx'
import { useWindowOfItems } from './use-window-of-items.tsx'

interface ThreadViewProps {
  /** Changes when another conversation is shown. */
  id: string
  thread: ThreadItem[]
  isRunning: boolean
  /** Nothing can be asked now; the page says why. */
  isBlocked: boolean
  onChoose: (parentId: string | null, id: string) => void
  onAskAgain: (turnId: string) => void
  onTakeBack: (turnId: string, text: string) => void
  onAnswerAnew: (messageId: string) => void
}

export function ThreadView({ id, thread, isRunning, isBlocked, onChoose, onAskAgain, onTakeBack, onAnswerAnew }: ThreadViewProps) {
  const { data: models } = useModels()
  const { scroller, content, isAtEnd, scrollToEnd } = useStickToEnd()
  const { shown, topMarker } = useWindowOfItems(thread, id, scroller)
  const announcement = useAnnouncement(thread.at(-1))

  useLayoutEffect(() => {
    if (id) scrollToEnd()
  }, [id, scrollToEnd])

  // Whoever asks wants to see the answer.
  const questionKey = thread.findLast(({ role }) => role === 'user')?.key
  const lastQuestionKey = useRef(questionKey)
  useEffect(() => {
    if (questionKey && lastQuestionKey.current !== questionKey && isRunning) scrollToEnd('smooth')
    lastQuestionKey.current = questionKey
  }, [questionKey, isRunning, scrollToEnd])

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Conversation"
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
      >
        <div ref={content} className="mx-auto grid max-w-3xl grid-cols-1 gap-4 px-4 pt-6 pb-10 sm:px-6">
          {topMarker}
          {shown.map((item) =>
            item.role === 'user' ? (
              <Question key={item.key} item={item} onChoose={onChoose} onAskAgain={onAskAgain} onTakeBack={onTakeBack} />
            ) : (
              <Answer
                key={item.key}
                item={item}
                model={models?.find((model) => model.id === item.message?.model)}
                isLast={item === thread.at(-1)}
                mayAnswerAnew={!isRunning && !isBlocked}
                onChoose={onChoose}
                onAnswerAnew={onAnswerAnew}
              />
            ),
          )}
        </div>
      </section>
      <div aria-hidden="true" className="pointer-events-none absolute inset-x-0 top-0 h-5 bg-linear-to-b from-paper to-transparent" />
      {!isAtEnd && (
        <IconButton
          label="Jump to the latest"
          look="floating"
          size="round"
          onClick={() => scrollToEnd('smooth')}
          className="absolute bottom-3 left-1/2 -translate-x-1/2 animate-fade-in"
        >
          <ArrowDown aria-hidden="true" />
        </IconButton>
      )}
      <p aria-live="polite" className="sr-only">
        {announcement}
      </p>
    </div>
  )
}
