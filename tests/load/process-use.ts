import { setTimeout as delay } from 'node:timers/promises'
import { rounded } from './percentiles.ts'
import { readProcesses, type Watched } from './process-figures.ts'

/** What processes used of the machine, by name. */
export interface ProcessUse {
  seconds: number
  cpuSeconds: Record<string, number>
  /** The most that was seen, MiB. */
  rssMb: Record<string, number>
}

const LOOK_EVERY_MS = 500
const MB = 1_024 * 1_024

/** Counts the CPU time of the processes from now on; `stop` tells it. */
export function watchCpu(watched: Watched[]): { stop(): Pick<ProcessUse, 'seconds' | 'cpuSeconds'> } {
  const before = readProcesses(watched)
  const startedMs = performance.now()
  return {
    stop() {
      const seconds = rounded((performance.now() - startedMs) / 1_000)
      const used = Object.entries(readProcesses(watched)).map(([name, { cpuSeconds }]) => [
        name,
        rounded(cpuSeconds - (before[name]?.cpuSeconds ?? 0)),
      ])
      return { seconds, cpuSeconds: Object.fromEntries(used) as Record<string, number> }
    },
  }
}

/** Looks at the memory of the processes from now on; `stop` tells the most that was seen of each, MiB. */
export function watchMemory(watched: Watched[]): { stop(): Record<string, number> } {
  const most: Record<string, number> = {}
  const look = (): void => {
    for (const [name, megabytes] of Object.entries(memoryMb(watched))) most[name] = Math.max(most[name] ?? 0, megabytes)
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

/** At this moment, MiB by name. */
export const memoryMb = (watched: Watched[]): Record<string, number> =>
  Object.fromEntries(Object.entries(readProcesses(watched)).map(([name, { rssBytes }]) => [name, Math.round(rssBytes / MB)]))

/** Runs the work and tells what every process used meanwhile. */
export async function observe<T>(watched: Watched[], work: () => Promise<T>): Promise<{ result: T; use: ProcessUse }> {
  const [cpu, memory] = [watchCpu(watched), watchMemory(watched)]
  try {
    const result = await work()
    return { result, use: { ...cpu.stop(), rssMb: memory.stop() } }
  } finally {
    memory.stop()
  }
}

/** Says `measure(true)`, waits, says `measure(false)`, and tells the CPU time in between. */
export async function measureWindow(watched: Watched[], windowMs: number, measure: (isNow: boolean) => void) {
  const cpu = watchCpu(watched)
  measure(true)
  await delay(windowMs)
  measure(false)
  return cpu.stop()
}
