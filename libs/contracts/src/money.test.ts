import fc from 'fast-check'
import t from 'tap'
import { microUsdToDecimal, usdToMicroUsd } from './money.ts'

t.test('B-2 micro-USD are shown to the last digit, and no digit more', async (t) => {
  for (const [amount, text] of [
    [0n, '0.000000'],
    [1n, '0.000001'],
    [1_234n, '0.001234'],
    [1_000_000n, '1.000000'],
    [12_345_678_901_234_567n, '12345678901.234567'],
    [-5n, '-0.000005'],
  ] as const)
    t.equal(microUsdToDecimal(amount), text)
  fc.assert(fc.property(fc.bigInt(), (amount) => BigInt(microUsdToDecimal(amount).replace('.', '')) === amount))
})

t.test('a decimal amount becomes whole micro-USD, and anything finer is refused', async (t) => {
  t.equal(usdToMicroUsd('5'), 5_000_000n)
  t.equal(usdToMicroUsd('0.075'), 75_000n)
  t.equal(usdToMicroUsd('12.000001'), 12_000_001n)
  for (const wrong of ['', '.5', '-1', '1e3', '0.0000001', '1,5']) t.throws(() => usdToMicroUsd(wrong), RangeError, wrong)
})
