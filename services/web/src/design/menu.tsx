import { cloneElement, type KeyboardEvent, type ReactNode, useState } from 'react'
import type * as Parts from './menu-parts.tsx'
import { showError } from './toast.tsx'

// A menu weighs as much as a page and most are never opened: until the first one is, there is only its trigger.

let parts: typeof Parts | null = null

async function load(): Promise<void> {
  parts ??= await import('./menu-parts.tsx')
}

/** Brings what a menu is made of while nobody waits for it. */
export const preloadMenus = () => void load().catch(() => undefined)

export type MenuTrigger = Parts.MenuProps['trigger']

export function Menu(props: Parts.MenuProps) {
  const [isWanted, setIsWanted] = useState(false)
  if (isWanted && parts) return <parts.Menu {...props} isOpenAtFirst />
  const open = () =>
    void load().then(
      () => setIsWanted(true),
      () => showError('The menu could not be loaded. Check your connection and try again.'),
    )
  return cloneElement(props.trigger, {
    'aria-haspopup': 'menu',
    'aria-expanded': false,
    onClick: open,
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'ArrowDown') return
      event.preventDefault()
      open()
    },
  })
}

export const MenuItem = (props: Parts.MenuItemProps) => parts && <parts.MenuItem {...props} />

export const MenuChoice = <T extends string>(props: Parts.MenuChoiceProps<T>) => parts && <parts.MenuChoice {...props} />

export const MenuOption = (props: { value: string; children: ReactNode }) => parts && <parts.MenuOption {...props} />

export const MenuLabel = (props: { children: ReactNode }) => parts && <parts.MenuLabel {...props} />

export const MenuSeparator = () => parts && <parts.MenuSeparator />
