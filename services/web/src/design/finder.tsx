import { Search } from 'lucide-react'
import { Dialog as Primitive } from 'radix-ui'
import type { KeyboardEvent, ReactNode, Ref } from 'react'
import { Spinner } from './spinner.tsx'

interface FinderProps {
  onClose: () => void
  /** Where the focus goes when it is gone. */
  onCloseAutoFocus: (event: Event) => void
  children: ReactNode
}

/** A panel over the page in which something is looked for and chosen. Its content brings a `FinderTitle`. */
export const Finder = ({ onClose, onCloseAutoFocus, children }: FinderProps) => (
  <Primitive.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
    <Primitive.Portal>
      <Primitive.Overlay className="fixed inset-0 z-40 animate-fade-in bg-overlay" />
      <Primitive.Content
        aria-describedby={undefined}
        onCloseAutoFocus={onCloseAutoFocus}
        className="fixed inset-x-3 top-[8vh] z-50 mx-auto flex max-h-[80dvh] max-w-xl animate-rise flex-col overflow-hidden rounded-2xl border border-line bg-raised shadow-lifted outline-none sm:inset-x-4 sm:top-[12vh] sm:max-h-[70dvh]"
      >
        {children}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
)

export const FinderTitle = Primitive.Title

interface FinderFieldProps {
  label: string
  text: string
  maxLength: number
  onText: (text: string) => void
  onKeyDown: (event: KeyboardEvent) => void
  /** The `FinderList`, and the place in it that Enter chooses; left out while it is empty. */
  listId: string
  active?: number
  isSearching?: boolean
}

/** The field over a list of options, which are walked with the arrow keys from here. */
export const FinderField = ({ label, text, maxLength, onText, onKeyDown, listId, active, isSearching = false }: FinderFieldProps) => (
  <div className="flex shrink-0 items-center gap-3 border-line border-b px-4">
    {isSearching ? (
      <Spinner className="size-4.5 shrink-0 text-ink-faint" />
    ) : (
      <Search className="size-4.5 shrink-0 text-ink-faint" aria-hidden="true" />
    )}
    <input
      role="combobox"
      aria-label={label}
      aria-expanded="true"
      aria-controls={listId}
      aria-activedescendant={active === undefined ? undefined : optionId(listId, active)}
      placeholder={label}
      value={text}
      maxLength={maxLength}
      onChange={(event) => onText(event.target.value)}
      onKeyDown={onKeyDown}
      className="h-14 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-ink-faint"
    />
  </div>
)

interface FinderListProps {
  id: string
  label: string
  /** As `useActiveOption` gives it. */
  ref: Ref<HTMLDivElement>
  children: ReactNode
}

export const FinderList = ({ id, label, ref, children }: FinderListProps) => (
  <div ref={ref} id={id} role="listbox" aria-label={label} className="min-h-0 overflow-y-auto p-2">
    {children}
  </div>
)

const optionId = (listId: string, place: number): string => `${listId}-${place}`

interface FinderOptionProps {
  listId: string
  place: number
  isActive: boolean
  onActivate: () => void
  onChoose: () => void
  /** As the field's. */
  onKeyDown: (event: KeyboardEvent) => void
  className?: string
  children: ReactNode
}

/** One of a `FinderList`: the pointer makes it active, a click chooses it. */
export const FinderOption = ({ listId, place, isActive, onActivate, onChoose, onKeyDown, className = '', children }: FinderOptionProps) => (
  <div
    id={optionId(listId, place)}
    data-place={place}
    role="option"
    tabIndex={-1}
    aria-selected={isActive}
    onPointerMove={onActivate}
    onClick={onChoose}
    onKeyDown={onKeyDown}
    className={`cursor-pointer rounded-xl px-3 text-sm ${isActive ? 'bg-hover' : ''} ${className}`}
  >
    {children}
  </div>
)
