/** When something is done that is better done for many at once. */
export interface Pace {
  /** Has it done: after a pause at the end of this moment, which `atOnce` asks for in any case, else so long after the last time. */
  soon(atOnce?: boolean): void
  /** Has it done before this returns. */
  now(): void
  /** What is due is not done any more. */
  stop(): void
}

/** @param everyMs least time between one time and the next */
export function createPace(everyMs: number, work: () => void): Pace {
  let timer: NodeJS.Timeout | undefined
  let endOfMoment: NodeJS.Immediate | undefined
  let lastMs = Number.NEGATIVE_INFINITY

  function stop(): void {
    clearTimeout(timer)
    clearImmediate(endOfMoment)
    timer = undefined
    endOfMoment = undefined
  }

  function now(): void {
    stop()
    lastMs = performance.now()
    work()
  }

  return {
    soon(atOnce = false) {
      if (endOfMoment || (timer && !atOnce)) return
      const restMs = atOnce ? 0 : lastMs + everyMs - performance.now()
      if (restMs > 0) timer = setTimeout(now, restMs)
      else endOfMoment = setImmediate(now)
    },
    now,
    stop,
  }
}
