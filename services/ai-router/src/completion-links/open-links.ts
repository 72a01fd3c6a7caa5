import { gauge } from '@parley/telemetry'
import type { OpenLink } from './answer-link.ts'

/** The links that callers hold open with this replica. */
export interface OpenLinks {
  /** Call the result when it is closed. */
  add(link: OpenLink): () => void
  /** From now on callers are asked to go elsewhere with what is new, on links that still open, too. */
  leave(): void
}

export function createOpenLinks(): OpenLinks {
  const open = new Set<OpenLink>()
  let isLeaving = false
  gauge({
    name: 'parley_ai_links_open',
    help: 'Connections over which completions are asked for.',
    collect() {
      this.set(open.size)
    },
  })
  return {
    add(link) {
      open.add(link)
      if (isLeaving) link.leave()
      return () => open.delete(link)
    },
    leave() {
      isLeaving = true
      for (const link of open) link.leave()
    },
  }
}
