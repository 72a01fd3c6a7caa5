import { ConfirmDialog } from '../design/confirm-dialog.tsx'
import type { Conversation } from './chat-api.ts'
import { useDeleteConversation } from './use-conversations.ts'

interface DeleteDialogProps {
  conversation: Conversation
  onClose: () => void
  onDeleted: () => void
}

export function DeleteDialog({ conversation, onClose, onDeleted }: DeleteDialogProps) {
  const { mutate } = useDeleteConversation()
  return (
    <ConfirmDialog
      title="Delete this chat?"
      description={
        <>
          <strong className="font-medium text-ink">{conversation.title ?? 'New chat'}</strong> and all its messages are deleted for good.
        </>
      }
      action="Delete"
      refusal="Keep it"
      onClose={onClose}
      onConfirm={() => {
        mutate(conversation.id)
        onDeleted()
      }}
    />
  )
}
