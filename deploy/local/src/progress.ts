/** Says what is being done and, when a step is done, how long it took. */
export interface Progress {
  /** A sentence between the steps. */
  say(text: string): void
  /** Runs one step; \`describe\` makes its line from the result, empty for a step not worth a line. */
  step<T>(work: () => Promise<T>, describe: (result: T) => string): Promise<T>
  seconds(): string
}

const textWidth = 66

export function createProgress(write: (line: string) => void): Progress {
  const startMs = performance.now()
  const since = (fromMs: number) => ((performance.now() - fromMs) / 1000).toFixed(1)
  return {
    say: (text) => write(`  ${text}`),
    async step(work, describe) {
      const fromMs = performance.now()
      const result = await work()
      const text = describe(result)
      if (text) write(`  ${text.padEnd(textWidth)} ${since(fromMs).padStart(5)} s`)
      return result
    },
    seconds: () => since(startMs),
  }
}
