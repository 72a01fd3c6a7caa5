import { ChevronDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Menu, MenuChoice, MenuLabel, MenuOption } from './menu.tsx'

export interface SelectOption {
  value: string
  name: string
  description?: string
  /** Stands at the end of the line, a badge for instance. */
  aside?: ReactNode
  /** Can be chosen, but will only say why not. */
  isDim?: boolean
}

export interface SelectGroup {
  label?: string
  options: SelectOption[]
}

interface SelectProps {
  label: string
  /** What the closed control shows; the chosen option's name where not given. */
  shown?: ReactNode
  value: string
  groups: SelectGroup[]
  onChange: (value: string) => void
  side?: 'top' | 'bottom'
  align?: 'start' | 'end'
}

/** One of a few, each with a line of explanation where it needs one. */
export function Select({ label, shown, value, groups, onChange, side = 'bottom', align = 'start' }: SelectProps) {
  const chosen = groups.flatMap(({ options }) => options).find((option) => option.value === value)
  const trigger = (
    <button
      type="button"
      aria-label={`${label}: ${chosen?.name ?? 'none'}`}
      className="inline-flex h-9 max-w-full items-center gap-1.5 rounded-[0.625rem] px-2.5 text-ink-soft text-sm transition-colors hover:bg-hover hover:text-ink data-[state=open]:bg-hover"
    >
      <span className="truncate">{shown ?? chosen?.name}</span>
      <ChevronDown className="size-3.5 shrink-0 opacity-70" aria-hidden="true" />
    </button>
  )
  return (
    <Menu trigger={trigger} side={side} align={align} className="w-[22rem] max-w-[calc(100vw-1.5rem)]">
      <MenuChoice value={value} onChange={onChange}>
        {groups.map((group, index) => (
          <div key={group.label ?? index}>
            {group.label && <MenuLabel>{group.label}</MenuLabel>}
            {group.options.map((option) => (
              <MenuOption key={option.value} value={option.value}>
                <span className={`flex items-center gap-2 ${option.isDim ? 'text-ink-faint' : ''}`}>
                  <span className="truncate font-medium">{option.name}</span>
                  {option.aside}
                </span>
                {option.description && <span className="block text-ink-faint text-xs">{option.description}</span>}
              </MenuOption>
            ))}
          </div>
        ))}
      </MenuChoice>
    </Menu>
  )
}
