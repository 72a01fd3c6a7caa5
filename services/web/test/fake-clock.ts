import type { Timers } from '../src/live/connection.ts'

/** Time for tests: nothing happens until `pass` says so. */
export function fakeClock() {
  let nowMs = 0
  let nextId = 0
  const waiting = new Map<number, { atMs: number; callback: () => void }>()
  const timers: Timers = {
    set(callback, ms) {
      nextId += 1
      waiting.set(nextId, { atMs: nowMs + ms, callback })
      return nextId
    },
    clear: (timer) => void waiting.delete(timer as number),
    now: () => nowMs,
  }
  const pass = (ms: number) => {
    const endMs = nowMs + ms
    for (;;) {
      const due = [...waiting].filter(([, { atMs }]) => atMs <= endMs).sort(([, a], [, b]) => a.atMs - b.atMs)[0]
      if (!due) break
      waiting.delete(due[0])
      nowMs = due[1].atMs
      due[1].callback()
    }
    nowMs = endMs
  }
  return { timers, pass }
}
