import { attributes, extractTrace, type Logger, withSpan } from '@parley/telemetry'
import { metrics } from '../metrics.ts'
import type { TurnWork } from '../turns/turn.ts'

/** Something to see to when a turn has ended. Throws when it could not be done; the next turn's end sees to it again. */
export interface AfterTurn {
  kind: 'title' | 'summary'
  run(turn: TurnWork, signal: AbortSignal): Promise<void>
}

const AT_ONCE = 4
/** Beyond this the oldest are forgotten: what they would have done is done at their conversations' next turn. */
const MOST_WAITING = 1_000

export type AfterTurns = ReturnType<typeof createAfterTurns>

/** What cheap models do in the background, a few turns at a time. Nothing of it is ever seen by a turn. */
export function createAfterTurns({ chores, logger }: { chores: readonly AfterTurn[]; logger: Logger }) {
  const waiting: TurnWork[] = []
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
    if (running.size >= AT_ONCE || signal.aborted) return
    const turn = waiting.shift()
    if (!turn) return
    const work = see(turn).finally(() => {
      running.delete(work)
      next()
    })
    running.add(work)
  }

  return {
    /** Returns at once and never throws. */
    ended(turn: TurnWork): void {
      if (chores.length === 0 || signal.aborted) return
      if (waiting.push(turn) > MOST_WAITING) waiting.shift()
      next()
    },

    /** Resolves when nothing is left to be seen to. */
    async settled(): Promise<void> {
      while (running.size > 0) await Promise.all(running)
    },

    /** Ends what runs; other replicas see to it when the claim has run out. */
    async stop(): Promise<void> {
      stopping.abort()
      await Promise.all(running)
    },
  }
}
