import { monitorEventLoopDelay } from 'node:perf_hooks'

const WINDOW_MS = 1_000
const PERCENTILE = 90
const NS_PER_MS = 1e6
/** A window that has just begun says nothing yet. */
const LEAST_LOOKS = 10

export interface Pressure {
  /** 90th percentile of the event loop's delay over the last second or two, milliseconds: one hiccup is no pressure. */
  readonly delayMs: number
  stop(): void
}

/** How late this process gets to its work. Two windows are looked at, so that a burst is not forgotten at a window's end. */
export function measurePressure(): Pressure {
  const histogram = monitorEventLoopDelay({ resolution: 10 })
  histogram.enable()
  let lastWindowMs = 0
  const timer = setInterval(() => {
    lastWindowMs = histogram.percentile(PERCENTILE) / NS_PER_MS
    histogram.reset()
  }, WINDOW_MS)
  timer.unref()
  return {
    get delayMs() {
      return Math.max(lastWindowMs, histogram.count < LEAST_LOOKS ? 0 : histogram.percentile(PERCENTILE) / NS_PER_MS)
    },
    stop() {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
