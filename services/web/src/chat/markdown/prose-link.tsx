import type { ComponentProps } from 'react'

// While a link is still arriving, its address is this placeholder.
const INCOMPLETE = 'streamdown:incomplete-link'

/** Leaves the page in a new tab and says nothing of where it comes from. */
export function ProseLink({ href, children, node: _node, ...rest }: ComponentProps<'a'> & { node?: unknown }) {
  if (!href || href === INCOMPLETE) return <span>{children}</span>
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" {...rest}>
      {children}
    </a>
  )
}
