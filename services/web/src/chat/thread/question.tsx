import { Pencil } from 'lucide-react'
import { memo, Suspense, useRef } from 'react'
import { Alert } from '../../design/alert.tsx'
import { Button } from '../../design/button.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import { IconButton } from '../../design/icon-button.tsx'
import { Skeleton } from '../../design/skeleton.tsx'
import { QuestionEditor } from '../later.ts'
import type { QuestionItem } from '../thread.ts'
import { RetryButton } from './retry-button.tsx'
import { SiblingSwitch } from './sibling-switch.tsx'

interface QuestionProps {
  item: QuestionItem
  /** False while an answer is under way, or nothing is left to ask for. */
  mayEdit: boolean
  isEditing: boolean
  onEditing: (messageId: string | null) => void
  onEdit: (item: QuestionItem, text: string) => Promise<void>
  onChoose: (from: string, to: string) => void
  onAskAgain: (turnId: string) => void
  /** Takes a refused question back into the composer. */
  onTakeBack: (turnId: string, text: string) => void
}

export const Question = memo(({ item, mayEdit, isEditing, onEditing, onEdit, onChoose, onAskAgain, onTakeBack }: QuestionProps) => {
  const { turnId, refusal } = item
  const editButton = useRef<HTMLButtonElement>(null)
  if (isEditing) {
    const stopEditing = () => {
      onEditing(null)
      // The button is there again after this.
      requestAnimationFrame(() => editButton.current?.focus())
    }
    return (
      <Suspense fallback={<Skeleton className="h-24 rounded-2xl" />}>
        <QuestionEditor item={item} onCancel={stopEditing} onSave={(text) => onEdit(item, text)} />
      </Suspense>
    )
  }
  return (
    <article aria-label="You" className="group/item flex flex-col items-end">
      <div
        className={`max-w-[88%] whitespace-pre-wrap rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 leading-relaxed [overflow-wrap:anywhere] sm:max-w-[80%] ${item.isPending ? 'opacity-70' : ''}`}
      >
        {item.text}
      </div>
      {refusal && turnId ? (
        <div className="mt-2 w-full max-w-lg">
          <Alert>
            <p>{refusal.message}</p>
            <div className="mt-2.5 flex flex-wrap gap-2">
              <RetryButton retryAfterS={refusal.retryAfter} onRetry={() => onAskAgain(turnId)} />
              <Button size="small" look="quiet" onClick={() => onTakeBack(turnId, item.text)}>
                <Pencil className="size-3.5" aria-hidden="true" />
                Edit
              </Button>
            </div>
          </Alert>
        </div>
      ) : (
        <div className="mt-0.5 flex h-8 items-center opacity-0 transition-opacity focus-within:opacity-100 group-hover/item:opacity-100 pointer-coarse:opacity-100">
          {item.siblings && <SiblingSwitch siblings={item.siblings} onChoose={onChoose} />}
          {!item.isPending && (
            <IconButton ref={editButton} label="Edit message" size="small" disabled={!mayEdit} onClick={() => onEditing(item.id)}>
              <Pencil aria-hidden="true" />
            </IconButton>
          )}
          <CopyButton text={item.text} label="Copy message" />
        </div>
      )}
    </article>
  )
})
