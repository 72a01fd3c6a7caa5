/** Longer than any sane rate limit: a vendor's typing error must not park a request for a year. */
const LONGEST_MS = 24 * 60 * 60 * 1000

/**
 * How long a vendor asks to wait, in milliseconds: `retry-after-ms`, or `retry-after` as seconds or as an HTTP date
 * (RFC 9110, section 10.2.3). Undefined when it does not say or cannot be read.
 */
export function retryAfterMs(headers: Pick<Headers, 'get'>, nowMs: number): number | undefined {
  const exact = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (exact >= 0) return Math.min(Math.ceil(exact), LONGEST_MS)
  const given = headers.get('retry-after')?.trim() ?? ''
  if (/^\d+(\.\d+)?$/.test(given)) return Math.min(Math.ceil(Number(given) * 1000), LONGEST_MS)
  // Date.parse takes bare numbers for years and months.
  const dateMs = /[a-z]/i.test(given) ? Date.parse(given) : Number.NaN
  return Number.isNaN(dateMs) ? undefined : Math.min(Math.max(0, dateMs - nowMs), LONGEST_MS)
}
