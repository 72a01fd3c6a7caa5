import t from 'tap'
import { lengthOf } from './length.ts'

t.test('B6 5,000 characters fit, 5,001 do not', async (t) => {
  t.match(lengthOf('x'.repeat(5000)), { count: 5000, isTooLong: false, isNearLimit: true })
  t.match(lengthOf('x'.repeat(5001)), { count: 5001, isTooLong: true })
})

t.test('B6 a character outside the basic plane counts once, as on the server', async (t) => {
  t.match(lengthOf('🐢'.repeat(5000)), { count: 5000, isTooLong: false })
})

t.test('the count is shown only towards the end', async (t) => {
  t.equal(lengthOf('x'.repeat(4499)).isNearLimit, false)
  t.equal(lengthOf('x'.repeat(4500)).isNearLimit, true)
})
