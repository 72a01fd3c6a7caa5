import type { Supervised } from './supervised.ts'

/** What is to be undone, last first: pushed as things are started, so a start that fails half-way is undone as well. */
export interface StopStack {
  push(stop: () => Promise<unknown>): void
  /** Runs each once; one that fails does not keep the others from running. */
  runAll(): Promise<void>
}

export function createStopStack(): StopStack {
  const stops: (() => Promise<unknown>)[] = []
  let running: Promise<void> | undefined
  const run = async () => {
    for (let stop = stops.pop(); stop; stop = stops.pop()) await stop().catch(() => undefined)
  }
  return {
    push: (stop) => stops.push(stop),
    runAll() {
      running ??= run()
      return running
    },
  }
}

/** What is started side by side. When one of it cannot be, the others are stopped: a start that fails leaves nothing running. */
export async function allOrNone<T extends readonly ({ supervised: Supervised | null } | null)[]>(
  starting: {
    [K in keyof T]: Promise<T[K]>
  },
): Promise<T> {
  try {
    return (await Promise.all(starting)) as unknown as T
  } catch (error) {
    const results = await Promise.allSettled<T[number]>(starting)
    await stopAll(results.map((result) => (result.status === 'fulfilled' ? (result.value?.supervised ?? null) : null)))
    throw error
  }
}

export async function stopAll(supervised: (Supervised | null)[]): Promise<void> {
  await Promise.all(supervised.filter((one) => one !== null).map((one) => one.stop()))
}
