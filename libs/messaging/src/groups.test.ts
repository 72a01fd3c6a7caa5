import t from 'tap'
import { createGroups } from './groups.ts'

const NEVER_MS = 60_000

function collect(options: { most: number; gatherMs?: number }) {
  const groups: number[][] = []
  const join = createGroups<number>(async (group) => void groups.push(group), options)
  return { groups, join }
}
const aMoment = () => new Promise((resolve) => setImmediate(resolve))

t.test('what comes together is one group, of at most so many', async (t) => {
  const { groups, join } = collect({ most: 3 })
  await Promise.all([1, 2, 3, 4].map(join))
  t.same(groups, [[1, 2, 3], [4]])
})

t.test('what comes after a pause does not wait; what follows it soon does, until there is half a group', async (t) => {
  const { groups, join } = collect({ most: 4, gatherMs: NEVER_MS })
  await join(1)
  t.same(groups, [[1]])
  const second = join(2)
  await aMoment()
  t.same(groups, [[1]], 'waits for others')
  await Promise.all([second, join(3)])
  t.same(groups, [[1], [2, 3]])
})

t.test('whoever is alone waits no longer than the pause', async (t) => {
  const { groups, join } = collect({ most: 4, gatherMs: 5 })
  await join(1)
  await join(2)
  t.same(groups, [[1], [2]])
})

t.test('a backlog is worked off without a pause', async (t) => {
  const { groups, join } = collect({ most: 4, gatherMs: NEVER_MS })
  await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(join))
  t.same(groups, [
    [1, 2, 3, 4],
    [5, 6, 7, 8],
  ])
})
