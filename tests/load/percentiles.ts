export interface Percentiles {
  p50: number
  p99: number
}

/** Milliseconds with two decimals from a list of microseconds. */
export function percentilesMs(valuesUs: number[]): Percentiles {
  const sorted = Float64Array.from(valuesUs).sort()
  // Nearest rank.
  const at = (share: number): number => (sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN) / 1e3
  return { p50: rounded(at(0.5)), p99: rounded(at(0.99)) }
}

/** What the platform adds to what the vendor takes anyway. */
export const added = (platform: Percentiles, direct: Percentiles): Percentiles => ({
  p50: rounded(platform.p50 - direct.p50),
  p99: rounded(platform.p99 - direct.p99),
})

export const rounded = (value: number, decimals = 2): number => Number(value.toFixed(decimals))
