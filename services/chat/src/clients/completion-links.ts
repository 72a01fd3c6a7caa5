import { setTimeout as delay } from 'node:timers/promises'
import { commonErrors } from '@parley/errors'
import type { Logger } from '@parley/telemetry'
import { type CompletionLink, dialLink } from './completion-link.ts'

/** How long a call waits for a link where there is none. */
const PATIENCE_MS = 2_000
/** Between two looks for further replicas: short after one that found something, or where there is none at all. */
const SHORTEST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 5_000

/** One link to each replica of the ai-router. */
export interface CompletionLinks {
  /**
   * Gives the link with the fewest calls to `ask`, in the moment it is chosen: whoever asks next sees the call on it. Throws
   * AppError `service_busy` when there is none and none opens in time.
   */
  use<T>(ask: (link: CompletionLink) => Promise<T>): Promise<T>
  /** Ends all links, and what is on them. */
  close(): void
}

/**
 * A balancer decides which replica a new connection leads to, and does not say which there are. So one is opened every few
 * seconds, and kept where it leads to a replica without a link: one that was added or restarted is found in this way.
 */
export function openCompletionLinks({ baseUrl, logger }: { baseUrl: string; logger: Logger }): CompletionLinks {
  const links = new Map<string, CompletionLink>()
  let isClosed = false
  let isAway = false
  let found = Promise.withResolvers<void>()
  let hurry = Promise.withResolvers<void>()

  function onShut(link: CompletionLink): void {
    if (links.get(link.replica) !== link) return
    links.delete(link.replica)
    link.retire()
    hurry.resolve()
  }

  /** Is there a replica that was not known? */
  async function look(): Promise<boolean> {
    const link = await dialLink({ baseUrl, onShut })
    if (isClosed || !link.isOpen || links.has(link.replica)) {
      link.retire()
      return false
    }
    links.set(link.replica, link)
    found.resolve()
    found = Promise.withResolvers()
    return true
  }

  async function keepLooking(): Promise<void> {
    for (let pauseMs = SHORTEST_PAUSE_MS; !isClosed; ) {
      const hasFound = await look().then(noteFound, noteAway)
      pauseMs = hasFound || links.size === 0 ? SHORTEST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
      hurry = Promise.withResolvers()
      if (!isClosed) await Promise.race([hurry.promise, delay(pauseMs, undefined, { ref: false })])
    }
  }

  function noteFound(hasFound: boolean): boolean {
    if (isAway) logger.info('the ai-router is there again')
    isAway = false
    return hasFound
  }

  function noteAway(error: unknown): boolean {
    if (!isAway && !isClosed) logger.warn({ err: error }, 'the ai-router cannot be reached')
    isAway = true
    return false
  }

  void keepLooking()

  return {
    async use(ask) {
      if (links.size === 0) await Promise.race([found.promise, delay(PATIENCE_MS)])
      const [first, ...others] = links.values()
      if (!first) throw commonErrors.service_busy({ internal: 'no link to the ai-router', retryAfterS: 1 })
      return ask(others.reduce((best, link) => (link.size < best.size ? link : best), first))
    },
    close() {
      isClosed = true
      hurry.resolve()
      for (const link of links.values()) link.close()
    },
  }
}
