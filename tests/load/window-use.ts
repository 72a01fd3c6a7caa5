import { setTimeout as delay } from 'node:timers/promises'
import { readProcesses, type Watched } from './process-figures.ts'

export interface WindowUse {
  seconds: number
  /** CPU seconds by process. */
  cpuSeconds: Record<string, number>
  /** The most that was seen from the first start on, MiB by process. */
  rssMb: Record<string, number>
}

const LOOK_EVERY_MS = 500
const MB = 1_024 * 1_024

/** Says `measure(true)`, waits, says `measure(false)`, and tells what the processes used in between. */
export async function measureWindow(
  watched: Watched[],
  windowMs: number,
  measure: (isNow: boolean) => void,
): Promise<Omit<WindowUse, 'rssMb'>> {
  const before = readProcesses(watched)
  const startedMs = performance.now()
  measure(true)
  await delay(windowMs)
  measure(false)
  const seconds = (performance.now() - startedMs) / 1_000
  const used = Object.entries(readProcesses(watched)).map(([name, { cpuSeconds }]) => [name, cpuSeconds - (before[name]?.cpuSeconds ?? 0)])
  return { seconds, cpuSeconds: Object.fromEntries(used) as Record<string, number> }
}

/** Looks at the memory of the processes from now on; `stop` tells the most that was seen of each, MiB. */
export function watchMemory(watched: Watched[]): { stop(): Record<string, number> } {
  const most: Record<string, number> = {}
  const look = (): void => {
    for (const [name, { rssBytes }] of Object.entries(readProcesses(watched)))
      most[name] = Math.max(most[name] ?? 0, Math.round(rssBytes / MB))
  }
  const timer = setInterval(look, LOOK_EVERY_MS)
  return {
    stop() {
      clearInterval(timer)
      look()
      return most
    },
  }
}
