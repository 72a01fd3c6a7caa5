/** A started process or server, whatever its kind. */
export interface Running {
  pid: number
  url: string
  /** Resolves with a word on how it ended (a signal, an exit code) when it has ended. */
  exited: Promise<string>
  /** Asks it to end; resolves when it has. */
  stop(): Promise<void>
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>
}

/** Something that is to run until it is told to stop, and is started again when it ends without being told. */
export interface Supervised {
  name: string
  /** The process of now; of the last time when there is none. */
  readonly current: Running
  readonly isUp: boolean
  /** Drains it and leaves it down until `start`. */
  stop(): Promise<void>
  start(): Promise<void>
  /** Ends it without warning (it is then started again); resolves when the old process is gone. */
  kill(): Promise<void>
  /** Resolves when it runs and is ready. */
  ready(): Promise<void>
}

export interface SupervisionOptions {
  name: string
  launch(): Promise<Running>
  /** Told in a sentence what happened and what is done about it. */
  onIncident(text: string): void
  onChange?(): void
}

const firstDelayMs = 100
const longestDelayMs = 10_000
/** One that ran this long was healthy: its next end starts from the shortest delay again. */
const healthyAfterMs = 5_000

/** Starts it and keeps it running. Rejects when the very first start fails: that is a mistake to show, not to repeat. */
export async function supervise({ name, launch, onIncident, onChange = () => undefined }: SupervisionOptions): Promise<Supervised> {
  let current = await launch()
  let isUp = true
  let isWanted = true
  let delayMs = firstDelayMs
  let restart: NodeJS.Timeout | undefined
  let beginning: Promise<void> | undefined
  let waiting: (() => void)[] = []

  const watch = (running: Running) => {
    const startedMs = performance.now()
    void running.exited.then((how) => {
      isUp = false
      onChange()
      if (!isWanted) return
      if (performance.now() - startedMs > healthyAfterMs) delayMs = firstDelayMs
      onIncident(`${name} has ended (${how}); starting it again`)
      schedule()
    })
  }
  const schedule = () => {
    restart = setTimeout(() => {
      beginning = begin()
    }, delayMs)
    delayMs = Math.min(delayMs * 2, longestDelayMs)
  }
  const begin = async () => {
    const startMs = performance.now()
    try {
      const started = await launch()
      current = started
      isUp = true
      watch(started)
      if (!isWanted) return await started.stop()
      onChange()
      onIncident(`${name} runs again after ${((performance.now() - startMs) / 1000).toFixed(1)} s`)
      for (const resolve of waiting) resolve()
      waiting = []
    } catch (error) {
      onIncident(`${name} could not be started: ${error instanceof Error ? error.message : String(error)}`)
      if (isWanted) schedule()
    }
  }
  watch(current)
  return {
    name,
    get current() {
      return current
    },
    get isUp() {
      return isUp
    },
    async stop() {
      isWanted = false
      clearTimeout(restart)
      // One that is just being started again is stopped as soon as it can be.
      await beginning
      await current.stop()
    },
    async start() {
      if (isWanted) return
      isWanted = true
      beginning = begin()
      await beginning
    },
    kill: () => current.kill(),
    ready: () => (isUp ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  }
}
