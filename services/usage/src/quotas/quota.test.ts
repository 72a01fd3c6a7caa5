import t from 'tap'
import { limitsOf, type QuotaState, reachedPercent, retryAfterS, UNLIMITED } from './quota.ts'

const now = new Date('2026-11-21T12:00:00.000Z')
const state = (fields: Partial<QuotaState>): QuotaState => ({
  plan: 'free',
  limits: { hour: 10, day: 50 },
  hourUsed: 0,
  dayUsed: 0,
  hourResetsAt: new Date('2026-11-21T12:20:00.500Z'),
  dayResetsAt: new Date('2026-11-22T00:00:00.000Z'),
  ...fields,
})

t.test('D1 whoever is refused may come back when the last of the full windows has room', async (t) => {
  t.equal(retryAfterS(state({ hourUsed: 10 }), now), 1201, 'rounded up')
  t.equal(retryAfterS(state({ dayUsed: 50 }), now), 43_200)
  t.equal(retryAfterS(state({ hourUsed: 10, dayUsed: 50 }), now), 43_200)
  t.equal(retryAfterS(state({ hourUsed: 10, hourResetsAt: now }), now), 1, 'never at once')
})

t.test('F1 80 and 100 percent are reached by one message each', async (t) => {
  const marks = (limit: number) =>
    Array.from({ length: limit + 1 }, (_, used) => [used, reachedPercent(used, limit)]).filter(([, percent]) => percent !== null)
  t.same(marks(50), [
    [40, 80],
    [50, 100],
  ])
  t.same(marks(12), [
    [10, 80],
    [12, 100],
  ])
  t.same(marks(1), [[1, 100]])
  t.equal(reachedPercent(5, UNLIMITED), null)
})

t.test('D1 administrators have no limit, everybody else that of the plan', async (t) => {
  const limits = { free: { hour: 1, day: 2 }, pro: { hour: 3, day: 4 } }
  t.same(limitsOf('admin', limits), { hour: UNLIMITED, day: UNLIMITED })
  t.same(limitsOf('pro', limits), limits.pro)
})
