import { type FormEvent, useId, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Field } from '../design/field.tsx'
import { Textarea } from '../design/input.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import type { Conversation } from './chat-api.ts'
import { useUpdateConversation } from './use-conversations.ts'

const MAX_CHARACTERS = 8000

interface InstructionsDialogProps {
  conversation: Conversation
  onClose: () => void
}

/** What every answer of one conversation heeds. */
export function InstructionsDialog({ conversation, onClose }: InstructionsDialogProps) {
  const form = useId()
  const returnFocus = useReturnFocus()
  const [text, setText] = useState(conversation.instructions ?? '')
  const { mutate } = useUpdateConversation()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    mutate({ id: conversation.id, changes: { instructions: text.trim() || null } })
    onClose()
  }
  return (
    <Dialog
      isOpen
      size="medium"
      onClose={onClose}
      onCloseAutoFocus={returnFocus}
      title="Instructions for this chat"
      description="Every answer in this chat heeds them, besides those for all chats in the settings."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" disabled={text.trim() === (conversation.instructions ?? '')}>
            Save
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Instructions">
          <Textarea
            rows={7}
            value={text}
            maxLength={MAX_CHARACTERS}
            placeholder="For example: we are writing a handbook for new colleagues. Keep to plain words."
            onChange={(event) => setText(event.target.value)}
            className="resize-y"
          />
        </Field>
      </form>
    </Dialog>
  )
}
