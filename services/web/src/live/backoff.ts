const FIRST_MS = 500
const LONGEST_MS = 30_000

/**
 * How long to wait before attempt number `attempt` (from 0): doubling, at most 30 s, and spread over the upper half of
 * that, so that the clients of a server that died do not come back in one wave.
 */
export function reconnectDelayMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 16))
  return Math.round(ceiling / 2 + (random() * ceiling) / 2)
}
