import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface ConfirmDialogProps {
  title: string
  description: ReactNode
  /** What the dangerous button does, in a word or two. */
  action: string
  /** What the safe one says. */
  refusal?: string
  onConfirm: () => void
  onClose: () => void
  onCloseAutoFocus?: (event: Event) => void
}

/** Asks before something that cannot be undone. */
export const ConfirmDialog = ({ action, refusal = 'Cancel', onConfirm, onClose, ...rest }: ConfirmDialogProps) => (
  <Dialog
    isOpen
    onClose={onClose}
    {...rest}
    actions={
      <>
        <Button onClick={onClose}>{refusal}</Button>
        <Button
          look="danger"
          onClick={() => {
            onClose()
            onConfirm()
          }}
        >
          {action}
        </Button>
      </>
    }
  />
)
