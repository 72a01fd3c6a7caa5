import t from 'tap'
import { type CaseFigures, compareRouters } from './router-comparison.ts'
import { scenarios } from './scenarios.ts'
import { judge } from './verdict.ts'

const streams = (failures: Record<string, number> = {}): CaseFigures => ({
  ...{ kind: 'streams', chunksPerSecond: 100, completed: 10, shed: 0, failures },
  ...{ firstTokenMs: { p50: 1, p99: 1 }, tokenMs: { p50: 1, p99: 1 }, coreShare: { subject: 0.1 }, rssMb: { subject: 100 } },
})

t.test('a router that is fast because it breaks answers off does not meet its goals', async (t) => {
  const failedGoal = scenarios.find(({ id }) => id === 'router')?.goals.filter(({ figure }) => figure === 'failed') ?? []
  const isMet = (failures?: Record<string, number>) =>
    judge(failedGoal, compareRouters({ parley: { 'streams-100': streams(), saturated: streams(failures) } })).map(
      (verdict) => verdict.isMet,
    )
  t.strictSame(isMet(), [true])
  t.strictSame(isMet({ cut: 3, 'token lost': 1 }), [false])
})
