import { X } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'
import { IconButton } from './icon-button.tsx'

interface DialogProps {
  isOpen: boolean
  onClose: () => void
  title: string
  description?: ReactNode
  children?: ReactNode
  /** Buttons at the end, the safe one first. */
  actions?: ReactNode
  size?: 'small' | 'medium'
  /** Where the focus goes afterwards, if not to what opened it. */
  onCloseAutoFocus?: (event: Event) => void
}

export const Dialog = ({ isOpen, onClose, title, description, children, actions, size = 'small', onCloseAutoFocus }: DialogProps) => (
  <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
      <Primitive.Content
        onCloseAutoFocus={onCloseAutoFocus}
        {...(!description && { 'aria-describedby': undefined })}
        className={`fixed inset-x-4 top-1/2 z-50 mx-auto max-h-[calc(100dvh-2rem)] -translate-y-1/2 overflow-y-auto rounded-2xl bg-raised p-6 shadow-lifted outline-none ${size === 'small' ? 'max-w-md' : 'max-w-xl'}`}
      >
        <div className="animate-fade-in">
          <Primitive.Title className="pr-8 font-semibold text-lg leading-snug">{title}</Primitive.Title>
          {description && <Primitive.Description className="mt-2 text-ink-soft text-sm">{description}</Primitive.Description>}
          {children && <div className="mt-4">{children}</div>}
          {actions && <div className="mt-6 flex flex-wrap justify-end gap-2">{actions}</div>}
          {/* Last, so that the focus begins at what the dialog asks. */}
          <Primitive.Close asChild>
            <IconButton label="Close" hasTooltip={false} size="small" className="absolute top-4 right-4">
              <X aria-hidden="true" />
            </IconButton>
          </Primitive.Close>
        </div>
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
)
