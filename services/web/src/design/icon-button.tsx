import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'
import { Tooltip } from './tooltip.tsx'

const iconButton = cva('inline-grid shrink-0 place-items-center transition-colors disabled:opacity-45', {
  variants: {
    look: {
      quiet: 'text-ink-soft hover:bg-hover hover:text-ink active:bg-press data-[state=open]:bg-hover data-[state=open]:text-ink',
      primary: 'bg-accent text-on-accent hover:bg-accent-hover disabled:bg-line-strong disabled:text-paper disabled:opacity-100',
      solid: 'bg-ink text-paper hover:bg-ink-soft',
      floating: 'border border-line bg-raised text-ink-soft shadow-soft hover:text-ink',
    },
    size: {
      small: 'size-8 rounded-lg [&_svg]:size-4',
      medium: 'size-9 rounded-[0.625rem] [&_svg]:size-[1.125rem]',
      round: 'size-9 rounded-full [&_svg]:size-[1.125rem]',
    },
  },
  defaultVariants: { look: 'quiet', size: 'medium' },
})

interface IconButtonProps extends ComponentProps<'button'>, VariantProps<typeof iconButton> {
  /** What it does: the name for screen readers and the tooltip. */
  label: string
  /** Keys that do the same, shown in the tooltip. */
  keys?: string
  hasTooltip?: boolean
}

export function IconButton({ label, keys, hasTooltip = true, look, size, className, ...rest }: IconButtonProps) {
  const element = <button type="button" aria-label={label} className={iconButton({ look, size, className })} {...rest} />
  return hasTooltip ? (
    <Tooltip text={label} keys={keys}>
      {element}
    </Tooltip>
  ) : (
    element
  )
}
