import { ArrowDown } from 'lucide-react'
import { memo, Suspense, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { ErrorBoundary } from '../../app/error-boundary.tsx'
import { Button } from '../../design/button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { Spinner } from '../../design/spinner.tsx'
import { ContinuedNote } from '../later.ts'
import type { FurtherMessages } from '../stored-path.ts'
import type { QuestionItem, ThreadItem } from '../thread.ts'
import { useAnnouncement } from '../use-announcement.ts'
import { useModels } from '../use-models.ts'
import { useStickToEnd } from '../use-stick-to-end.ts'
import { Answer } from './answer.tsx'
import { Question } from './question.tsx'
import { useWindowOfItems } from './use-window-of-items.tsx'

/** So long a message that was looked for is marked. */
const MARKED_MS = 3000

interface ThreadViewProps {
  /** Changes when another conversation is shown. */
  id: string
  thread: readonly ThreadItem[]
  older: FurtherMessages
  newer: FurtherMessages
  /** The conversation whose summary this one carries. */
  continuedFrom: string | null
  /** A message to show and to mark, when the reader came for it. */
  target: string | null
  /** Changes with each visit. */
  visit: string
  isRunning: boolean
  /** Nothing can be asked now; the page says why. */
  isBlocked: boolean
  /** The question that is being asked in other words. */
  editingId: string | null
  /** Reads the end of the conversation, where only a part further back was read. */
  onToEnd: () => void
  onChoose: (messageId: string) => void
  onAskAgain: (turnId: string) => void
  onTakeBack: (turnId: string, text: string) => void
  onAnswerAnew: (messageId: string) => void
  /** Null ends the editing. */
  onEditing: (messageId: string | null) => void
  onEdit: (item: QuestionItem, text: string) => Promise<void>
}

export const ThreadView = memo((props: ThreadViewProps) => {
  const { id, thread, older, newer, continuedFrom, target, visit, isRunning, isBlocked, editingId } = props
  const { onToEnd, onChoose, onAskAgain, onTakeBack, onAnswerAnew, onEditing, onEdit } = props
  const { data: models } = useModels()
  const { scroller, content, isAtEnd, isSticking, hasEnd, scrollToEnd, letGo } = useStickToEnd()
  const onOlder = older.state === 'more' ? older.load : null
  const onNewer = newer.state === 'more' ? newer.load : null
  const window = useWindowOfItems({ thread, id, scroller, content, isSticking, onOlder, onNewer })
  const { shown, top, bottom, goTo, placeOf, showEnd } = window
  const isRead = newer.state === 'none'
  const isToEnd = window.isToEnd && isRead
  const announcement = useAnnouncement(thread.at(-1))
  const markedId = useMarked(target, visit, thread)
  hasEnd.current = isToEnd

  useLayoutEffect(() => {
    if (id) scrollToEnd()
  }, [id, scrollToEnd])
  useLayoutEffect(() => {
    if (!target || !visit) return
    letGo()
    goTo({ messageId: target, top: 72 })
  }, [target, visit, goTo, letGo])

  const wantsEnd = useRef(false)
  const jumpToEnd = useCallback(() => {
    if (!isRead) {
      wantsEnd.current = true
      return onToEnd()
    }
    if (!isToEnd) showEnd()
    // What has to be drawn first is there in the next frame.
    requestAnimationFrame(() => scrollToEnd(isToEnd ? 'smooth' : 'instant'))
  }, [showEnd, scrollToEnd, isToEnd, isRead, onToEnd])
  useLayoutEffect(() => {
    if (!isRead || !wantsEnd.current) return
    wantsEnd.current = false
    jumpToEnd()
  }, [isRead, jumpToEnd])

  // Whoever asks wants to see the answer.
  const questionKey = thread.findLast(({ role }) => role === 'user')?.key
  const lastQuestionKey = useRef(questionKey)
  useEffect(() => {
    if (questionKey && lastQuestionKey.current !== questionKey && isRunning) jumpToEnd()
    lastQuestionKey.current = questionKey
  }, [questionKey, isRunning, jumpToEnd])

  // The other version stands where this one stood.
  const choose = useCallback(
    (from: string, to: string) => {
      const height = placeOf(from)
      letGo()
      if (height !== null) goTo({ messageId: to, top: height })
      onChoose(to)
    },
    [placeOf, letGo, goTo, onChoose],
  )
  const mayAsk = !isRunning && !isBlocked

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        aria-label="Conversation"
        className="h-full overflow-y-auto overscroll-contain outline-offset-[-2px] [overflow-anchor:none] [scrollbar-gutter:stable_both-edges]"
      >
        <div ref={content} className="mx-auto grid max-w-3xl grid-cols-1 gap-2 px-4 pt-6 pb-10 sm:px-6">
          <ErrorBoundary fallback={null} resetKey={id}>
            <Suspense>{continuedFrom && older.state === 'none' && <ContinuedNote from={continuedFrom} />}</Suspense>
          </ErrorBoundary>
          <FurtherNote further={older} what="Older" />
          <div ref={top} aria-hidden="true" className="-mt-2 h-px" />
          {shown.map((item) => (
            <div
              key={item.key}
              data-key={item.key}
              data-message={item.id}
              className={`-mx-3 rounded-2xl px-3 py-1 transition-colors duration-700 ${item.id === markedId ? 'bg-accent-soft' : ''}`}
            >
              {item.role === 'user' ? (
                <Question
                  item={item}
                  mayEdit={mayAsk}
                  isEditing={item.id === editingId}
                  onEditing={onEditing}
                  onEdit={onEdit}
                  onChoose={choose}
                  onAskAgain={onAskAgain}
                  onTakeBack={onTakeBack}
                />
              ) : (
                <Answer
                  item={item}
                  model={models?.find((model) => model.id === item.message?.model)}
                  isLast={isRead && item === thread.at(-1)}
                  mayAnswerAnew={mayAsk}
                  onChoose={choose}
                  onAnswerAnew={onAnswerAnew}
                />
              )}
            </div>
          ))}
          <div ref={bottom} aria-hidden="true" className="-mt-2 h-px" />
          {window.isToEnd && <FurtherNote further={newer} what="Newer" />}
        </div>
      </section>
      <div aria-hidden="true" className="pointer-events-none absolute inset-x-0 top-0 h-5 bg-linear-to-b from-paper to-transparent" />
      {!(isAtEnd && isToEnd) && (
        <IconButton
          label="Jump to the latest"
          look="floating"
          size="round"
          onClick={jumpToEnd}
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
})

function FurtherNote({ further, what }: { further: FurtherMessages; what: 'Older' | 'Newer' }) {
  if (further.state === 'none') return null
  return (
    <div className="flex h-10 items-center justify-center text-ink-soft text-sm">
      {further.state === 'failed' ? (
        <span role="alert" className="flex items-center gap-3">
          {what} messages could not be loaded.
          <Button size="small" onClick={further.load}>
            Try again
          </Button>
        </span>
      ) : (
        <span className="flex items-center gap-2.5">
          <Spinner className="size-3.5" />
          Loading {what.toLowerCase()} messages…
        </span>
      )}
    </div>
  )
}

/** The message the reader came for, as long as it is marked. */
function useMarked(target: string | null, visit: string, thread: readonly ThreadItem[]): string | null {
  const [marked, setMarked] = useState<string | null>(null)
  const isThere = target !== null && thread.some(({ id }) => id === target)
  useEffect(() => {
    if (!isThere || !visit) return
    setMarked(target)
    const timer = setTimeout(() => setMarked(null), MARKED_MS)
    return () => clearTimeout(timer)
  }, [target, visit, isThere])
  return marked
}
