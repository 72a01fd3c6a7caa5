import { Pencil, RotateCw } from 'lucide-react'
import { memo } from 'react'
import { Alert } from '../../design/alert.tsx'
import { Button } from '../../design/button.tsx'
import { CopyButton } from '../../design/copy-button.tsx'
import type { QuestionItem } from '../thread.ts'
import { SiblingSwitch } from './sibling-switch.tsx'

interface QuestionProps {
  item: QuestionItem
  onChoose: (parentId: string | null, id: string) => void
  onAskAgain: (turnId: string) => void
  /** Takes a refused question back into the composer. */
  onTakeBack: (turnId: string, text: string) => void
}

export const Question = memo(({ item, onChoose, onAskAgain, onTakeBack }: QuestionProps) => {
  const { turnId, refusal } = item
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
              <Button size="small" onClick={() => onAskAgain(turnId)}>
                <RotateCw className="size-3.5" aria-hidden="true" />
                Try again
              </Button>
              <Button size="small" look="quiet" onClick={() => onTakeBack(turnId, item.text)}>
                <Pencil className="size-3.5" aria-hidden="true" />
                Edit
              </Button>
            </div>
          </Alert>
        </div>
      ) : (
        <div className="flex h-8 items-center opacity-0 transition-opacity focus-within:opacity-100 group-hover/item:opacity-100 pointer-coarse:opacity-100">
          {item.siblings && <SiblingSwitch siblings={item.siblings} parentId={item.parentId} onChoose={onChoose} />}
          <CopyButton text={item.text} label="Copy message" />
        </div>
      )}
    </article>
  )
})
