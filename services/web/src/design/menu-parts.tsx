import { Check } from 'lucide-react'
import { DropdownMenu as Primitive } from 'radix-ui'
import type { KeyboardEvent, ReactElement, ReactNode } from 'react'

/** What a closed menu needs of the element that opens it. */
export interface TriggerProps {
  onClick?: () => void
  onKeyDown?: (event: KeyboardEvent<Element>) => void
  'aria-haspopup'?: 'menu'
  'aria-expanded'?: boolean
}

export interface MenuProps {
  trigger: ReactElement<TriggerProps>
  children: ReactNode
  side?: 'top' | 'bottom' | 'right'
  align?: 'start' | 'center' | 'end'
  className?: string
}

/** What a menu is made of, once one is opened. `design/menu.tsx` is its face. */
export const Menu = ({
  trigger,
  children,
  side = 'bottom',
  align = 'end',
  className = 'min-w-48',
  isOpenAtFirst,
}: MenuProps & { isOpenAtFirst: boolean }) => (
  <Primitive.Root modal={false} defaultOpen={isOpenAtFirst}>
    <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
    <Primitive.Portal>
      <Primitive.Content
        side={side}
        align={align}
        sideOffset={6}
        collisionPadding={12}
        className={`z-50 max-h-(--radix-dropdown-menu-content-available-height) animate-rise overflow-y-auto rounded-2xl border border-line bg-raised p-1.5 shadow-lifted outline-none ${className}`}
      >
        {children}
      </Primitive.Content>
    </Primitive.Portal>
  </Primitive.Root>
)

const item =
  'flex w-full select-none items-center gap-2.5 rounded-[0.625rem] px-2.5 py-2 text-sm outline-none data-[disabled]:opacity-50 data-[highlighted]:bg-hover [&>svg]:size-4 [&>svg]:shrink-0'

export interface MenuItemProps {
  icon?: ReactNode
  children: ReactNode
  keys?: string
  isDangerous?: boolean
  isDisabled?: boolean
  onSelect: () => void
}

export const MenuItem = ({ icon, children, keys, isDangerous = false, isDisabled = false, onSelect }: MenuItemProps) => (
  <Primitive.Item
    disabled={isDisabled}
    onSelect={onSelect}
    className={`${item} ${isDangerous ? 'text-danger data-[highlighted]:bg-danger-soft' : '[&>svg]:text-ink-soft'}`}
  >
    {icon}
    <span className="flex-1">{children}</span>
    {keys && <kbd className="font-sans text-ink-faint text-xs">{keys}</kbd>}
  </Primitive.Item>
)

export interface MenuChoiceProps<T extends string> {
  value: T
  onChange: (value: T) => void
  children: ReactNode
}

export const MenuChoice = <T extends string>({ value, onChange, children }: MenuChoiceProps<T>) => (
  <Primitive.RadioGroup value={value} onValueChange={(next) => onChange(next as T)}>
    {children}
  </Primitive.RadioGroup>
)

export const MenuOption = ({ value, children }: { value: string; children: ReactNode }) => (
  <Primitive.RadioItem value={value} className={item}>
    <span className="min-w-0 flex-1">{children}</span>
    <span className="grid w-4 place-items-center">
      <Primitive.ItemIndicator>
        <Check className="size-4 text-accent" aria-hidden="true" />
      </Primitive.ItemIndicator>
    </span>
  </Primitive.RadioItem>
)

export const MenuLabel = ({ children }: { children: ReactNode }) => (
  <Primitive.Label className="px-2.5 pt-2 pb-1 font-medium text-ink-faint text-xs">{children}</Primitive.Label>
)

export const MenuSeparator = () => <Primitive.Separator className="mx-2 my-1.5 h-px bg-line" />
