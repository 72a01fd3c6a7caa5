/**
 * What waits at the same time is handled together, one group after the other: alone when little comes, in larger groups the
 * more there is to do. `handle` never rejects.
 *
 * @returns joins the next group; resolves when it is through
 */
export function createGroups<Item>(handle: (group: Item[]) => Promise<void>, most: number): (item: Item) => Promise<void> {
  const waiting: { item: Item; done: () => void }[] = []
  let isAtWork = false

  async function run(): Promise<void> {
    isAtWork = true
    // Those that came in one packet are seen together.
    await Promise.resolve()
    while (waiting.length > 0) {
      const group = waiting.splice(0, most)
      await handle(group.map(({ item }) => item))
      for (const { done } of group) done()
    }
    isAtWork = false
  }

  return (item) => {
    const { promise, resolve } = Promise.withResolvers<void>()
    waiting.push({ item, done: resolve })
    if (!isAtWork) void run()
    return promise
  }
}
