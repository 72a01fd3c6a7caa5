import { RadioGroup } from 'radix-ui'
import type { ReactNode } from 'react'

interface SegmentedProps<T extends string> {
  label: string
  value: T
  options: readonly { value: T; name: string; icon?: ReactNode }[]
  onChange: (value: T) => void
}

/** One of two or three, all in sight. */
export const Segmented = <T extends string>({ label, value, options, onChange }: SegmentedProps<T>) => (
  <RadioGroup.Root
    aria-label={label}
    value={value}
    onValueChange={(next) => onChange(next as T)}
    className="inline-flex rounded-xl bg-hover p-1"
  >
    {options.map((option) => (
      <RadioGroup.Item
        key={option.value}
        value={option.value}
        className="inline-flex h-8 items-center gap-2 rounded-lg px-3 text-ink-soft text-sm transition-colors hover:text-ink data-[state=checked]:bg-raised data-[state=checked]:font-medium data-[state=checked]:text-ink data-[state=checked]:shadow-soft [&_svg]:size-4"
      >
        {option.icon}
        {option.name}
      </RadioGroup.Item>
    ))}
  </RadioGroup.Root>
)
