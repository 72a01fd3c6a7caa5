import { commonErrors } from '@parley/errors'

export interface HashingPool {
  /**
   * Runs `task` when it is its turn. Throws `service_busy` at once when the queue is full, and the signal's reason when
   * the caller's time ends before the task began.
   */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T>
}

export interface HashingPoolOptions {
  concurrency: number
  /** How many may wait; more are refused, since they would be answered too late. */
  queueLimit: number
  /** Roughly, to tell refused callers when to come back. */
  secondsPerTask?: number
}

/**
 * Lets a few hashes run at once and a few more wait. Each takes a processor for a third of a second, so that a flood
 * of log-ins must neither fill the machine nor pile up behind requests nobody waits for any more.
 */
export function createHashingPool({ concurrency, queueLimit, secondsPerTask = 0.35 }: HashingPoolOptions): HashingPool {
  const waiting = new Set<() => void>()
  let running = 0

  function turn(signal: AbortSignal | undefined): Promise<void> {
    if (running < concurrency) {
      running += 1
      return Promise.resolve()
    }
    if (waiting.size >= queueLimit) {
      const retryAfterS = Math.ceil((queueLimit * secondsPerTask) / concurrency)
      return Promise.reject(commonErrors.service_busy({ internal: `${waiting.size} hashes waiting`, retryAfterS }))
    }
    return new Promise((resolve, reject) => {
      const start = () => {
        signal?.removeEventListener('abort', giveUp)
        resolve()
      }
      const giveUp = () => {
        waiting.delete(start)
        reject(signal?.reason)
      }
      waiting.add(start)
      signal?.addEventListener('abort', giveUp, { once: true })
    })
  }

  /** Hands the place to whoever has waited longest; `running` stays as it is then. */
  function leave(): void {
    const [next] = waiting
    if (!next) {
      running -= 1
      return
    }
    waiting.delete(next)
    next()
  }

  return {
    async run(task, signal) {
      signal?.throwIfAborted()
      await turn(signal)
      try {
        return await task()
      } finally {
        leave()
      }
    },
  }
}
