import { Popover as Primitive } from 'radix-ui'
import { type FormEvent, type RefObject, useState } from 'react'
import { Button } from '../../design/button.tsx'
import { Field } from '../../design/field.tsx'
import { Textarea } from '../../design/input.tsx'
import { showNotice } from '../../design/toast.tsx'
import { useReturnFocus } from '../../design/use-return-focus.ts'

const MAX_CHARACTERS = 2000

interface CommentPopoverProps {
  /** What it stands beside. */
  anchor: RefObject<HTMLElement | null>
  value: 1 | -1
  onSend: (comment: string) => void
  onClose: () => void
}

/** Asks what a rating was about. Leaving it is fine: the rating is sent already. */
export function CommentPopover({ anchor, value, onSend, onClose }: CommentPopoverProps) {
  const returnFocus = useReturnFocus()
  const [comment, setComment] = useState('')
  const question = value === 1 ? 'What was good about it?' : 'What was wrong with it?'
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (comment.trim() === '') return
    onSend(comment.trim())
    onClose()
    showNotice('Thank you')
  }
  return (
    <Primitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Primitive.Anchor virtualRef={anchor} />
      <Primitive.Portal>
        <Primitive.Content
          side="top"
          align="start"
          sideOffset={6}
          collisionPadding={12}
          aria-label={question}
          onCloseAutoFocus={returnFocus}
          className="z-40 w-80 max-w-[calc(100vw-1.5rem)] animate-rise rounded-2xl border border-line bg-raised p-4 shadow-lifted outline-none"
        >
          <form onSubmit={submit} className="grid gap-3">
            <Field label={question} aside={<span className="text-ink-faint text-xs">optional</span>}>
              <Textarea
                rows={3}
                value={comment}
                maxLength={MAX_CHARACTERS}
                onChange={(event) => setComment(event.target.value)}
                className="resize-none"
              />
            </Field>
            <div className="flex justify-end gap-2">
              <Button size="small" onClick={onClose}>
                Skip
              </Button>
              <Button type="submit" size="small" look="primary" disabled={comment.trim() === ''}>
                Send
              </Button>
            </div>
          </form>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  )
}
