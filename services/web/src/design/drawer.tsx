import { Dialog as Primitive } from 'radix-ui'
import type { ReactNode } from 'react'

interface DrawerProps {
  isOpen: boolean
  onClose: () => void
  title: string
  children: ReactNode
}

/** A panel from the left edge over the page: the phone's place for the sidebar. */
export const Drawer = ({ isOpen, onClose, title, children }: DrawerProps) => (
  <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
      <Primitive.Content
        aria-describedby={undefined}
        // The first thing in the drawer is a search box: focusing it would open the keyboard.
        onOpenAutoFocus={(event) => event.preventDefault()}
        className="fixed inset-y-0 left-0 z-50 w-[min(20rem,86vw)] animate-slide-in bg-sidebar shadow-lifted outline-none"
      >
        <Primitive.Title className="sr-only">{title}</Primitive.Title>
        {children}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
)
