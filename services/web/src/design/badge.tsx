import { cva, type VariantProps } from 'class-variance-authority'
import type { ComponentProps } from 'react'

const badge = cva('inline-flex shrink-0 items-center gap-1 rounded-full px-2 py-0.5 font-medium text-[0.6875rem] leading-4', {
  variants: {
    look: {
      neutral: 'bg-hover text-ink-soft',
      accent: 'bg-accent-soft text-on-accent-soft',
      warning: 'bg-warning-soft text-warning',
      danger: 'bg-danger-soft text-danger',
    },
  },
  defaultVariants: { look: 'neutral' },
})

export const Badge = ({ look, className, ...rest }: ComponentProps<'span'> & VariantProps<typeof badge>) => (
  <span className={badge({ look, className })} {...rest} />
)
