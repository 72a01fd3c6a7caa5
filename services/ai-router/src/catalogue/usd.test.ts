import t from 'tap'
import { usdToMicroUsd } from './usd.ts'

t.test('a decimal amount becomes whole micro-USD, and anything finer is refused', async (t) => {
  t.equal(usdToMicroUsd('5'), 5_000_000n)
  t.equal(usdToMicroUsd('0.075'), 75_000n)
  t.equal(usdToMicroUsd('12.000001'), 12_000_001n)
  for (const wrong of ['', '.5', '-1', '1e3', '0.0000001', '1,5']) t.throws(() => usdToMicroUsd(wrong), RangeError, wrong)
})
