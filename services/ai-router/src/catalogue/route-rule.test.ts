import fc from 'fast-check'
import t from 'tap'
import { createSeededRandom } from '../seeded-random.ts'
import { drawOrder, type RouteTarget } from './route-rule.ts'

const target = (model: string, priority: number, weight: number): RouteTarget => ({ model, priority, weight })

t.test('C3 every target is asked once, and none before one of a higher place', async (t) => {
  const targets = fc.uniqueArray(
    fc.record({ model: fc.string(), priority: fc.integer({ min: 1, max: 5 }), weight: fc.integer({ min: 1, max: 100 }) }),
    {
      selector: ({ model }) => model,
    },
  )
  fc.assert(
    fc.property(targets, fc.integer(), (given, seed) => {
      const order = drawOrder(given, createSeededRandom(seed))
      const priorities = order.map((id) => given.find(({ model }) => model === id)?.priority ?? 0)
      return (
        order.length === given.length &&
        new Set(order).size === given.length &&
        priorities.every((place, index) => place >= (priorities[index - 1] ?? 0))
      )
    }),
  )
  t.pass('for any targets')
})

t.test('C3 equals come first as often as their weights say', async (t) => {
  const targets = [target('a', 1, 7), target('b', 1, 2), target('c', 1, 1), target('backup', 2, 1_000)]
  const random = createSeededRandom(1)
  const firsts = { a: 0, b: 0, c: 0, backup: 0 }
  const draws = 10_000
  for (let index = 0; index < draws; index += 1) firsts[drawOrder(targets, random)[0] as keyof typeof firsts] += 1
  for (const [model, share] of [
    ['a', 0.7],
    ['b', 0.2],
    ['c', 0.1],
    ['backup', 0],
  ] as const) {
    t.ok(Math.abs(firsts[model] / draws - share) < 0.02, `${model}: ${firsts[model]} of ${draws}`)
  }
})
