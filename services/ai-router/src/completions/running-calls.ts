import { gauge } from '@parley/telemetry'

/** The completions this process is answering. */
export interface RunningCalls {
  /** Keeps the process alive for `work`; `cut` ends it early. */
  track<T>(callId: string, work: Promise<T>, cut: () => void): Promise<T>
  /** Ends one early. */
  cut(callId: string): void
  readonly size: number
  /** Lets what runs come to its end for `graceMs`, then cuts the rest, and whatever still begins, and waits until it is booked. */
  drain(graceMs: number): Promise<void>
}

export function createRunningCalls(): RunningCalls {
  const running = new Map<string, { settled: Promise<unknown>; cut: () => void }>()
  let isCutting = false
  gauge({
    name: 'parley_ai_calls_running',
    help: 'Completions that are being answered.',
    collect() {
      this.set(running.size)
    },
  })
  return {
    get size() {
      return running.size
    },
    track(callId, work, cut) {
      const settled = work.catch(() => undefined)
      running.set(callId, { settled, cut })
      void settled.then(() => running.delete(callId))
      if (isCutting) cut()
      return work
    },
    cut: (callId) => running.get(callId)?.cut(),
    async drain(graceMs) {
      const timer = setTimeout(() => {
        isCutting = true
        for (const { cut } of running.values()) cut()
      }, graceMs)
      while (running.size > 0) await Promise.all([...running.values()].map(({ settled }) => settled))
      clearTimeout(timer)
    },
  }
}
