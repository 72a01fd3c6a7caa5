import { setTimeout as delay } from 'node:timers/promises'
import { attributes, extractTrace, type Logger, withSpan } from '@parley/telemetry'
import { metrics } from '../metrics.ts'
import type { TurnWork } from '../turns/turn.ts'

/** Something to see to when a turn has ended. Throws when it could not be done; the next turn's end sees to it again. */
export interface AfterTurn {
  kind: 'title' | 'summary'
  run(turn: TurnWork, signal: AbortSignal): Promise<void>
}

const AT_ONCE = 4
/** How often a busy process looks whether it still is. */
const LOOK_AGAIN_MS = 250
/** A title that comes a little late disturbs nobody; one that never comes does. */
const LONGEST_PUT_OFF_MS = 15_000
/** Beyond this the oldest are forgotten: what they would have done is done at their conversations' next turn. */
const MOST_WAITING = 1_000

export type AfterTurns = ReturnType<typeof createAfterTurns>

export interface AfterTurnsOptions {
  chores: readonly AfterTurn[]
  /** True while answers need all there is: what can wait does, for `longestPutOffMs`. */
  isBusy?: () => boolean
  longestPutOffMs?: number
  logger: Logger
}

/** What cheap models do in the background, a few turns at a time. Nothing of it is ever seen by a turn. */
export function createAfterTurns({ chores, isBusy = () => false, longestPutOffMs = LONGEST_PUT_OFF_MS, logger }: AfterTurnsOptions) {
  const waiting: { turn: TurnWork; sinceMs: number }[] = []
  let lookingAgain: NodeJS.Timeout | undefined
  const running = new Set<Promise<void>>()
  const stopping = new AbortController()
  const { signal } = stopping

  async function see(turn: TurnWork): Promise<void> {
    const { id: turnId, conversationId, traceParent } = turn
    const parent = extractTrace({ traceparent: traceParent ?? undefined })
    for (const { kind, run } of chores) {
      if (signal.aborted) return
      try {
        const names = { [attributes.turnId]: turnId, [attributes.conversationId]: conversationId }
        await withSpan(`turn ${kind}`, { parent, attributes: names }, () => run(turn, signal))
      } catch (error) {
        if (signal.aborted) return
        metrics.choresFailed.inc({ kind })
        logger.warn({ err: error, turnId, conversationId, kind }, 'a background call failed and is made again at a later turn')
      }
    }
  }

  function next(): void {
    const [first] = waiting
    if (!first || running.size >= AT_ONCE || signal.aborted) return
    if (isBusy() && performance.now() - first.sinceMs < longestPutOffMs) {
      lookingAgain ??= setTimeout(lookAgain, Math.min(LOOK_AGAIN_MS, longestPutOffMs))
      return
    }
    const { turn } = first
    waiting.shift()
    const work = see(turn).finally(() => {
      running.delete(work)
      next()
    })
    running.add(work)
  }

  function lookAgain(): void {
    lookingAgain = undefined
    for (let free = AT_ONCE - running.size; free > 0; free -= 1) next()
  }

  return {
    /** Returns at once and never throws. */
    ended(turn: TurnWork): void {
      if (chores.length === 0 || signal.aborted) return
      if (waiting.push({ turn, sinceMs: performance.now() }) > MOST_WAITING) waiting.shift()
      next()
    },

    /** Resolves when nothing is left to be seen to. */
    async settled(): Promise<void> {
      while (running.size > 0 || waiting.length > 0) await (running.size > 0 ? Promise.all(running) : delay(LOOK_AGAIN_MS))
    },

    /** Ends what runs; other replicas see to it when the claim has run out. */
    async stop(): Promise<void> {
      stopping.abort()
      clearTimeout(lookingAgain)
      await Promise.all(running)
    },
  }
}
