import t from 'tap'
import { createGroups } from './groups.ts'

function collect(most: number) {
  const groups: number[][] = []
  const join = createGroups<number>(async (group) => void groups.push(group), most)
  return { groups, join }
}

t.test('what comes together is one group, of at most so many', async (t) => {
  const { groups, join } = collect(3)
  await Promise.all([1, 2, 3, 4].map(join))
  t.same(groups, [[1, 2, 3], [4]])
})
