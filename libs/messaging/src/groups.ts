export interface GroupOptions {
  /** Of one group. */
  most: number
  /**
   * At least so long from the end of a group to the beginning of the next one, unless there is half a group before. After a
   * pause at once, so that what comes alone does not wait.
   */
  gatherMs?: number
}

/**
 * What waits at the same time is handled together, one group after the other: alone when little comes, in larger groups the
 * more there is to do. `handle` never rejects.
 *
 * @returns joins the next group; resolves when it is through
 */
export function createGroups<Item>(
  handle: (group: Item[]) => Promise<void>,
  { most, gatherMs = 0 }: GroupOptions,
): (item: Item) => Promise<void> {
  const waiting: { item: Item; done: () => void }[] = []
  const isEnough = () => waiting.length >= most / 2
  let isAtWork = false
  let endedAtMs = Number.NEGATIVE_INFINITY
  let stopGathering = () => {}

  async function gather(): Promise<void> {
    const pauseMs = endedAtMs + gatherMs - performance.now()
    if (pauseMs <= 0 || isEnough()) return
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pauseMs)
      stopGathering = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async function run(): Promise<void> {
    isAtWork = true
    // Those that came in one packet are seen together, also without a pause.
    await Promise.resolve()
    while (waiting.length > 0) {
      await gather()
      const group = waiting.splice(0, most)
      await handle(group.map(({ item }) => item))
      endedAtMs = performance.now()
      for (const { done } of group) done()
    }
    isAtWork = false
  }

  return (item) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ item, done: resolve })
    if (!isAtWork) void run()
    else if (isEnough()) stopGathering()
    return promise
  }
}
