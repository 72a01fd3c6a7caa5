import t from 'tap'
import { describeLife, endOf } from './lifetimes.ts'

const nowMs = Date.parse('2026-11-27T12:00:00.000Z')
const show = (time: string) => time.slice(0, 10)

t.test('a key ends after its days, or not at all', (t) => {
  t.equal(endOf('30', nowMs), '2026-12-27T12:00:00.000Z')
  t.equal(endOf('unlimited', nowMs), undefined)
  t.end()
})

t.test('a key’s line says whether it was used and when it ends or has ended', (t) => {
  t.equal(describeLife({ lastUsedAt: null, expiresAt: null }, nowMs, show), 'Never used')
  t.equal(
    describeLife({ lastUsedAt: '2026-11-26T00:00:00Z', expiresAt: '2026-11-28T00:00:00Z' }, nowMs, show),
    'Last used 2026-11-26 · expires 2026-11-28',
  )
  t.equal(describeLife({ lastUsedAt: null, expiresAt: '2026-11-27T12:00:00.000Z' }, nowMs, show), 'Never used · expired 2026-11-27')
  t.end()
})
