import type { ComponentProps } from 'react'

/** Wide tables scroll on their own, with the keyboard too. */
export const ProseTable = ({ node: _node, ...rest }: ComponentProps<'table'> & { node?: unknown }) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
  <section className="prose-table" aria-label="Table" tabIndex={0}>
    <table {...rest} />
  </section>
)
