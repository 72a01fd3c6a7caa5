import { gauge } from '@parley/telemetry'

/** Where calls wait while every target is rate limited: so many at most, and those of one line in the order they came. */
export interface WaitQueue {
  /** Null when it is full. */
  enter(line: string): Place | null
  hasWaiting(line: string): boolean
}

export interface Place {
  /** Resolves once the time is over and nobody is before it in its line; when `signal` fires at once. */
  wait(durationMs: number, signal: AbortSignal): Promise<void>
  /** The next one's turn. Leaving twice is harmless. */
  leave(): void
}

export function createWaitQueue({ capacity }: { capacity: number }): WaitQueue {
  /** Of each line, oldest first, what to call when its turn comes. */
  const lines = new Map<string, { onTurn: (() => void) | null }[]>()
  let size = 0
  gauge({
    name: 'parley_ai_calls_waiting',
    help: 'Completions that wait because every target is rate limited.',
    collect() {
      this.set(size)
    },
  })
  return {
    hasWaiting: (name) => lines.has(name),
    enter(name) {
      if (size >= capacity) return null
      size += 1
      const line = lines.get(name) ?? []
      lines.set(name, line)
      const place: { onTurn: (() => void) | null } = { onTurn: null }
      line.push(place)
      return {
        async wait(durationMs, signal) {
          await until(signal, (done) => {
            const timer = setTimeout(done, durationMs)
            return () => clearTimeout(timer)
          })
          if (line[0] === place) return
          await until(signal, (done) => {
            place.onTurn = done
            return () => {
              place.onTurn = null
            }
          })
        },
        leave() {
          const at = line.indexOf(place)
          if (at < 0) return
          line.splice(at, 1)
          size -= 1
          if (line.length === 0) lines.delete(name)
          else if (at === 0) line[0]?.onTurn?.()
        },
      }
    },
  }
}

/** Resolves when `begin`'s callback is called, or `signal` fires. */
export function until(signal: AbortSignal, begin: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const done = () => {
      end()
      signal.removeEventListener('abort', done)
      resolve()
    }
    const end = begin(done)
    signal.addEventListener('abort', done)
  })
}
