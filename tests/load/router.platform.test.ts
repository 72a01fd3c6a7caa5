import t from 'tap'
import { measureRouter, type RouterLoad } from './measure-router.ts'
import { reportOf } from './report.ts'
import { startRouterWorld } from './router-world.ts'
import { scenarios } from './scenarios.ts'
import { judge } from './verdict.ts'

const router = scenarios.find((one) => one.kind === 'router')

/** Where this runs, others need the cores, too. */
const shared = { isPinned: false, pinSubject: () => undefined, release: () => undefined }
const compared = ['direct', 'pipe', 'parley'] as const
const tiny: RouterLoad = {
  subjects: ['direct', 'pipe', 'sdk', 'portkey', 'parley'],
  cases: {
    'streams-100': { streams: 2, rate: 50 },
    'streams-200': { streams: 3, rate: 50 },
    'streams-1000': { streams: 4, rate: 50 },
    saturated: { streams: 5, rate: 50 },
    unpaced: { streams: 2, rate: 0 },
    'requests-50': { connections: 2, perSecond: 0 },
    'requests-500-per-s': { connections: 4, perSecond: 20 },
    overload: { streams: 4, rate: 50 },
  },
  only: {
    'streams-100': compared,
    'streams-1000': compared,
    saturated: compared,
    unpaced: compared,
    'requests-500-per-s': compared,
    overload: ['parley'],
  },
  chunks: 5,
  window: 0.3,
}

t.test('every router answers every case whole, and every figure that is judged is there', async (t) => {
  const world = await startRouterWorld({ tracedShare: 0.1, unsafeFast: true })
  t.teardown(() => world.close())
  const result = await measureRouter(world, shared, tiny)
  for (const [name, cases] of Object.entries(result.subjects)) {
    for (const [id, figures] of Object.entries(cases)) {
      t.strictSame(figures.failures, {}, `${name}: ${id}`)
      t.equal(figures.shed, 0, `${name}: ${id}`)
      const answers = figures.kind === 'streams' ? figures.completed : figures.requestsPerSecond
      t.ok(answers > 0, `${name} gives answers in ${id}`)
    }
  }
  t.strictSame(Object.keys(result.subjects.parley ?? {}), Object.keys(tiny.cases))
  const goals = router?.goals ?? []
  t.equal(judge(goals, result).length, goals.length)
  t.match(reportOf(result, []), /NOT PINNED[\s\S]*parley/)
})
