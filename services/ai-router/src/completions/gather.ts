import { createPace } from './pace.ts'

/** When what comes one by one is done in groups. */
export interface GatherRules {
  /** Least time between two groups: after a pause the first one that comes waits for nothing. */
  everyMs: number
  /** Most of a group. */
  most: number
  /** May one of several be to blame for this failure? Then each is done by itself, so that none fails for another. */
  isOfOne(error: unknown): boolean
}

interface Waiting<Item, Result> {
  item: Item
  resolve(result: Result): void
  reject(error: unknown): void
}

/**
 * Does together what waits together: one statement for many rows costs little more than for one.
 *
 * @param doAll gives a result for each item, in their order, or rejects for all of them
 */
export function gather<Item, Result>(
  doAll: (items: readonly Item[]) => Promise<readonly Result[]>,
  { everyMs, most, isOfOne }: GatherRules,
): (item: Item) => Promise<Result> {
  let waiting: Waiting<Item, Result>[] = []
  const pace = createPace(everyMs, start)

  async function run(group: readonly Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await doAll(group.map(({ item }) => item))
      for (const [index, { resolve }] of group.entries()) resolve(results[index] as Result)
    } catch (error) {
      if (group.length > 1 && isOfOne(error)) await Promise.all(group.map((one) => run([one])))
      else for (const { reject } of group) reject(error)
    }
  }

  function start(): void {
    const group = waiting.slice(0, most)
    waiting = waiting.slice(most)
    if (waiting.length > 0) pace.soon()
    void run(group)
  }

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      pace.soon()
    })
}
