import t from 'tap'
import { createSeededRandom } from './seeded-random.ts'

t.test('the same seed gives the same numbers, in every version: kept vectors are found by them', async (t) => {
  const random = createSeededRandom(1)
  t.same([random(), random(), random()], [0.6270739405881613, 0.002735721180215478, 0.5274470399599522])
})
