import t from 'tap'
import { retryAfterMs } from './retry-after.ts'

const now = Date.parse('2026-11-21T12:00:00Z')
const read = (headers: Record<string, string>) => retryAfterMs(new Headers(headers), now)

t.test('retry-after is read as seconds, as a date, and in milliseconds where the vendor offers that', async (t) => {
  t.equal(read({ 'retry-after': '7' }), 7000)
  t.equal(read({ 'retry-after': '0.25' }), 250)
  t.equal(read({ 'retry-after': 'Sat, 21 Nov 2026 12:00:30 GMT' }), 30_000)
  t.equal(read({ 'retry-after': 'Sat, 21 Nov 2026 11:00:00 GMT' }), 0)
  t.equal(read({ 'retry-after': '7', 'retry-after-ms': '120' }), 120)
})

t.test('what cannot be read is unknown, and no wait is longer than a day', async (t) => {
  t.equal(read({}), undefined)
  t.equal(read({ 'retry-after': 'soon' }), undefined)
  t.equal(read({ 'retry-after': '-5' }), undefined)
  t.equal(read({ 'retry-after': '99999999999' }), 86_400_000)
})
