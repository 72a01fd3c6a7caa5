import type { LiveTurn } from './turn.ts'

/**
 * Hands over the newest state of each turn once per painted frame: tokens may come faster than a screen can show them.
 * A page in the background paints nothing, but its state must go on; there a timer takes over.
 */
export function createFrameBatch(flush: (turns: LiveTurn[]) => void) {
  const waiting = new Map<string, LiveTurn>()
  let isScheduled = false
  const run = () => {
    if (!isScheduled) return
    isScheduled = false
    const turns = [...waiting.values()]
    waiting.clear()
    flush(turns)
  }
  return {
    add(turn: LiveTurn) {
      waiting.set(turn.id, turn)
      if (isScheduled) return
      isScheduled = true
      if (document.hidden) setTimeout(run, 250)
      else requestAnimationFrame(run)
    },
    flushNow: run,
  }
}
