import { type FormEvent, useId, useState } from 'react'
import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import { Field } from '../design/field.tsx'
import { Input } from '../design/input.tsx'
import type { Conversation } from './chat-api.ts'
import { useUpdateConversation } from './use-conversations.ts'

interface RenameDialogProps {
  conversation: Conversation
  onClose: () => void
}

export function RenameDialog({ conversation, onClose }: RenameDialogProps) {
  const form = useId()
  const [title, setTitle] = useState(conversation.title ?? '')
  const { mutate } = useUpdateConversation()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (title.trim() === '') return
    mutate({ id: conversation.id, changes: { title: title.trim() } })
    onClose()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Rename the chat"
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary" disabled={title.trim() === ''}>
            Rename
          </Button>
        </>
      }
    >
      <form id={form} onSubmit={submit}>
        <Field label="Title">
          <Input
            value={title}
            maxLength={200}
            onChange={(event) => setTitle(event.target.value)}
            onFocus={(event) => event.target.select()}
          />
        </Field>
      </form>
    </Dialog>
  )
}
