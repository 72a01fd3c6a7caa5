import t from 'tap'
import { quotaOf } from './quota.ts'

const resetsAt = '2026-11-21T10:00:00.000Z'
const limits = (hour: [number, number], day: [number, number]) => ({
  plan: 'free' as const,
  hour: { used: hour[0], limit: hour[1], resetsAt },
  day: { used: day[0], limit: day[1], resetsAt },
})

t.test('people count in days, until the hour is about to run out first', async (t) => {
  t.match(quotaOf(limits([3, 10], [12, 50])), { left: 38, per: 'day' })
  t.match(quotaOf(limits([6, 10], [12, 50])), { left: 4, per: 'hour' })
  t.match(quotaOf(limits([6, 10], [48, 50])), { left: 2, per: 'day' })
  t.match(quotaOf(limits([10, 10], [50, 50])), { left: 0, per: 'day' }, 'what lasts longer is what is said')
})

t.test('more used than allowed leaves nothing, and no limit is no quota', async (t) => {
  t.match(quotaOf(limits([12, 10], [12, 50])), { left: 0, per: 'hour' })
  t.equal(quotaOf(limits([3, -1], [12, -1])), null)
})
