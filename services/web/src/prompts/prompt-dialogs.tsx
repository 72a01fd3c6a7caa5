import { useId } from 'react'
import { queryClient } from '../api/client.ts'
import { Button } from '../design/button.tsx'
import { ConfirmDialog } from '../design/confirm-dialog.tsx'
import { Dialog } from '../design/dialog.tsx'
import { showError, showNotice } from '../design/toast.tsx'
import { useReturnFocus } from '../design/use-return-focus.ts'
import { EditPromptDialog } from './edit-prompt-dialog.tsx'
import { FillForm } from './fill-form.tsx'
import { deletePrompt, type Prompt, promptKeys } from './prompts-api.ts'
import { VersionsDialog } from './versions-dialog.tsx'

export type PromptAction = { kind: 'edit'; prompt: Prompt | null } | { kind: 'copy' | 'versions' | 'delete' | 'fill'; prompt: Prompt }

interface PromptDialogsProps {
  action: PromptAction
  onUse: (text: string) => void
  onClose: () => void
}

export function PromptDialogs({ action, onUse, onClose }: PromptDialogsProps) {
  switch (action.kind) {
    case 'edit':
      return <EditPromptDialog prompt={action.prompt} isCopy={false} onClose={onClose} />
    case 'copy':
      return <EditPromptDialog prompt={action.prompt} isCopy onClose={onClose} />
    case 'versions':
      return <VersionsDialog prompt={action.prompt} onClose={onClose} />
    case 'delete':
      return <DeletePromptDialog prompt={action.prompt} onClose={onClose} />
    case 'fill':
      return <FillDialog prompt={action.prompt} onUse={onUse} onClose={onClose} />
  }
}

interface PromptDialogProps {
  prompt: Prompt
  onClose: () => void
}

function FillDialog({ prompt, onUse, onClose }: PromptDialogProps & { onUse: (text: string) => void }) {
  const form = useId()
  const returnFocus = useReturnFocus()
  return (
    <Dialog
      isOpen
      onClose={onClose}
      onCloseAutoFocus={returnFocus}
      title={prompt.name}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" form={form} look="primary">
            Use in a new chat
          </Button>
        </>
      }
    >
      <FillForm id={form} prompt={prompt} onFilled={onUse} />
    </Dialog>
  )
}

function DeletePromptDialog({ prompt, onClose }: PromptDialogProps) {
  const returnFocus = useReturnFocus()
  const confirm = () => {
    deletePrompt(prompt.id)
      .then(() => showNotice('Deleted'))
      .catch((error: Error) => showError(error.message))
      .finally(() => void queryClient.invalidateQueries({ queryKey: promptKeys.all }))
  }
  return (
    <ConfirmDialog
      onClose={onClose}
      onCloseAutoFocus={returnFocus}
      title="Delete this prompt?"
      description={
        <>
          <strong className="font-medium text-ink">{prompt.name}</strong> and all its versions are deleted for good
          {prompt.shared ? ', for everybody' : ''}.
        </>
      }
      action="Delete"
      refusal="Keep it"
      onConfirm={confirm}
    />
  )
}
