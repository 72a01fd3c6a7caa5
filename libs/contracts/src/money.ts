/** Micro-USD in one USD. */
const MICRO = 1_000_000n

/** Integer micro-USD as the decimal string of the public API: `1234n` -> `"0.001234"`. */
export function microUsdToDecimal(microUsd: bigint): string {
  const sign = microUsd < 0n ? '-' : ''
  const size = microUsd < 0n ? -microUsd : microUsd
  return `${sign}${size / MICRO}.${String(size % MICRO).padStart(6, '0')}`
}

const DECIMAL_USD = /^(\d{1,9})(?:\.(\d{1,6}))?$/

/** A decimal amount in USD as integer micro-USD: `"0.075"` -> `75000n`. Throws a RangeError on anything finer or else. */
export function usdToMicroUsd(usd: string): bigint {
  const match = DECIMAL_USD.exec(usd)
  if (!match) throw new RangeError(`not an amount in USD with at most six places: ${usd}`)
  return BigInt(`${match[1]}${(match[2] ?? '').padEnd(6, '0')}`)
}
