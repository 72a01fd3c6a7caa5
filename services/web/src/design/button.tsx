import { cva, type VariantProps } from 'class-variance-authority'
import { Slot } from 'radix-ui'
import type { ComponentProps } from 'react'
import { Spinner } from './spinner.tsx'

const button = cva(
  'inline-flex select-none items-center justify-center gap-2 whitespace-nowrap rounded-xl font-medium transition-colors disabled:opacity-55 aria-disabled:opacity-55',
  {
    variants: {
      look: {
        primary: 'bg-accent text-on-accent hover:bg-accent-hover',
        secondary: 'border border-line-strong bg-surface text-ink hover:bg-hover',
        quiet: 'text-ink-soft hover:bg-hover hover:text-ink active:bg-press',
        danger: 'bg-danger text-paper hover:bg-danger-hover',
        link: 'rounded-md! px-0! h-auto! text-accent underline-offset-4 hover:underline',
      },
      size: { small: 'h-8 px-3 text-[0.8125rem]', medium: 'h-10 px-4 text-sm', large: 'h-11 px-5 text-[0.9375rem]' },
      isWide: { true: 'w-full' },
    },
    defaultVariants: { look: 'secondary', size: 'medium' },
  },
)

interface ButtonProps extends ComponentProps<'button'>, VariantProps<typeof button> {
  /** Shows a spinner and takes no clicks, but keeps the focus. */
  isBusy?: boolean
  /** Puts the look on the child (a link) instead. */
  asChild?: boolean
}

export function Button({ look, size, isWide, isBusy = false, asChild = false, className, children, onClick, ...rest }: ButtonProps) {
  const classes = button({ look, size, isWide, className })
  if (asChild) {
    return (
      <Slot.Root className={classes} {...rest}>
        {children}
      </Slot.Root>
    )
  }
  return (
    <button
      type="button"
      className={classes}
      aria-disabled={isBusy || undefined}
      aria-busy={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {isBusy && <Spinner />}
      {children}
    </button>
  )
}
