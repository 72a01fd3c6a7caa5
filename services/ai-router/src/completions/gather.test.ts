import t from 'tap'
import { gather } from './gather.ts'

const ofOne = new Error('one is wrong')
const ofAll = new Error('the database is away')

/** Doubles numbers; fails for all where `failure` is set, and for a group with a 13 in it. */
function world(rules: { everyMs?: number; most?: number } = {}) {
  const groups: number[][] = []
  const now: { failure: Error | null } = { failure: null }
  const double = gather<number, number>(
    async (numbers) => {
      groups.push([...numbers])
      if (now.failure) throw now.failure
      if (numbers.includes(13)) throw ofOne
      return numbers.map((number) => 2 * number)
    },
    { everyMs: 20, most: 3, isOfOne: (error) => error === ofOne, ...rules },
  )
  return { groups, double, now }
}

t.test('what comes in one moment is done together, and each gets its own result', async (t) => {
  const { groups, double } = world()
  t.same(await Promise.all([double(1), double(2), double(3)]), [2, 4, 6])
  t.same(groups, [[1, 2, 3]])
})

t.test('what comes while a group is young waits for the next one, which is no larger than it may be', async (t) => {
  const { groups, double } = world()
  await double(1)
  t.same(await Promise.all([2, 3, 4, 5].map(double)), [4, 6, 8, 10])
  t.same(groups, [[1], [2, 3, 4], [5]])
})

t.test('one that cannot be done takes no other with it', async (t) => {
  const { groups, double } = world()
  const results = await Promise.allSettled([double(1), double(13), double(3)])
  t.match(results, [{ value: 2 }, { reason: ofOne }, { value: 6 }])
  t.same(groups, [[1, 13, 3], [1], [13], [3]])
})

t.test('a failure that is nobody’s own is everybody’s at once', async (t) => {
  const { groups, double, now } = world()
  now.failure = ofAll
  const results = await Promise.allSettled([double(1), double(2)])
  t.match(results, [{ reason: ofAll }, { reason: ofAll }])
  t.same(groups, [[1, 2]])
  now.failure = null
  t.equal(await double(3), 6)
})
