import type { ThreadItem } from '../thread.ts'

/** Keys of the first and last item that are drawn; null (or a key that is gone) leaves it to the rule. */
export interface Edges {
  first: string | null
  last: string | null
}

/** Messages drawn at first, and with each look further. */
export const STEP = 30

export function windowOf(thread: readonly ThreadItem[], { first, last }: Edges): { from: number; to: number } {
  const lastAt = last === null ? -1 : thread.findLastIndex(({ key }) => key === last)
  const to = lastAt < 0 ? thread.length : lastAt + 1
  const firstAt = first === null ? -1 : thread.findIndex(({ key }) => key === first)
  return { from: firstAt < 0 || firstAt >= to ? Math.max(0, to - STEP) : firstAt, to }
}

export function furtherBack(thread: readonly ThreadItem[], edges: Edges): Edges {
  const { from } = windowOf(thread, edges)
  return { ...edges, first: thread[Math.max(0, from - STEP)]?.key ?? null }
}

export function furtherOn(thread: readonly ThreadItem[], edges: Edges): Edges {
  const { from, to } = windowOf(thread, edges)
  return { first: thread[from]?.key ?? null, last: to + STEP < thread.length ? (thread[to + STEP - 1]?.key ?? null) : null }
}

/** What surrounds one message. */
export function aroundMessage(thread: readonly ThreadItem[], index: number): Edges {
  const half = STEP / 2
  return {
    first: thread[Math.max(0, index - half)]?.key ?? null,
    last: index + half < thread.length ? (thread[index + half - 1]?.key ?? null) : null,
  }
}
