/** Micro-USD in one USD. */
const MICRO = 1_000_000n

/** Integer micro-USD as the decimal string of the public API: `1234n` -> `"0.001234"`. */
export function microUsdToDecimal(microUsd: bigint): string {
  const sign = microUsd < 0n ? '-' : ''
  const size = microUsd < 0n ? -microUsd : microUsd
  return `${sign}${size / MICRO}.${String(size % MICRO).padStart(6, '0')}`
}
