const PLACES = 6

/** A decimal amount in USD as integer micro-USD: `"0.075"` -> `75000n`. Throws a RangeError on anything finer or else. */
export function usdToMicroUsd(usd: string): bigint {
  const match = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(usd)
  if (!match) throw new RangeError(`not an amount in USD with at most six places: ${usd}`)
  return BigInt(`${match[1]}${(match[2] ?? '').padEnd(PLACES, '0')}`)
}
