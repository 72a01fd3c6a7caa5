import { Button } from '../design/button.tsx'
import { Dialog } from '../design/dialog.tsx'
import type { Conversation } from './chat-api.ts'
import { useDeleteConversation } from './use-conversations.ts'

interface DeleteDialogProps {
  conversation: Conversation
  onClose: () => void
  onDeleted: () => void
}

export function DeleteDialog({ conversation, onClose, onDeleted }: DeleteDialogProps) {
  const { mutate } = useDeleteConversation()
  const confirm = () => {
    mutate(conversation.id)
    onClose()
    onDeleted()
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="Delete this chat?"
      description={
        <>
          <strong className="font-medium text-ink">{conversation.title ?? 'New chat'}</strong> and all its messages are deleted for good.
        </>
      }
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button look="danger" onClick={confirm}>
            Delete
          </Button>
        </>
      }
    />
  )
}
