import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { isApiError } from '../../api/api-error.ts'
import { Alert } from '../../design/alert.tsx'
import { Button } from '../../design/button.tsx'
import { isTouch } from '../../design/is-touch.ts'
import { lengthOf } from '../composer/length.ts'
import { LengthNote } from '../composer/length-note.tsx'
import { useGrow } from '../composer/use-grow.ts'
import type { QuestionItem } from '../thread.ts'

interface QuestionEditorProps {
  item: QuestionItem
  onCancel: () => void
  /** The editor is gone when it has worked. */
  onSave: (text: string) => Promise<void>
}

/** A question being put in other words, in its place. */
export function QuestionEditor({ item, onCancel, onSave }: QuestionEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState(item.text)
  const [isSaving, setIsSaving] = useState(false)
  const [problem, setProblem] = useState<string | null>(null)
  const length = lengthOf(text)
  const words = text.trim()
  const maySave = words !== '' && words !== item.text.trim() && !length.isTooLong && !isSaving
  useGrow(area, text)

  useEffect(() => {
    const element = area.current
    element?.focus()
    element?.setSelectionRange(element.value.length, element.value.length)
  }, [])

  const save = async () => {
    if (!maySave) return
    setIsSaving(true)
    setProblem(null)
    try {
      await onSave(words)
    } catch (error) {
      setProblem(isApiError(error) ? error.message : 'The message could not be sent.')
      setIsSaving(false)
    }
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'Escape') {
      event.preventDefault()
      onCancel()
    } else if (event.key === 'Enter' && !event.shiftKey && !isTouch) {
      event.preventDefault()
      void save()
    }
  }

  return (
    <form
      aria-label="Edit the message"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
      className="animate-fade-in"
    >
      <div
        className={`rounded-2xl border bg-surface transition-colors ${length.isTooLong ? 'border-danger' : 'border-line-strong focus-within:border-accent'}`}
      >
        <textarea
          ref={area}
          value={text}
          rows={1}
          aria-label="Your message, edited"
          aria-invalid={length.isTooLong || undefined}
          aria-describedby="editor-note"
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
          className="block w-full resize-none bg-transparent px-4 py-3 text-base leading-relaxed outline-none"
        />
      </div>
      {problem && (
        <div className="mt-2">
          <Alert>{problem}</Alert>
        </div>
      )}
      <div className="mt-2 flex flex-wrap items-center justify-end gap-2">
        <span id="editor-note" className="mr-auto px-1 text-ink-faint text-xs">
          {length.isNearLimit ? <LengthNote length={length} /> : 'The conversation goes on from here. What came before is kept.'}
        </span>
        <Button size="small" onClick={onCancel}>
          Cancel
        </Button>
        <Button type="submit" size="small" look="primary" isBusy={isSaving} disabled={!maySave && !isSaving}>
          {problem ? 'Try again' : 'Send'}
        </Button>
      </div>
    </form>
  )
}
