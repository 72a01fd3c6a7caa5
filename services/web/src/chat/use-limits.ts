import { useQuery } from '@tanstack/react-query'
import { getLimits, type Limits } from './chat-api.ts'
import { keys } from './query-keys.ts'

const LONGEST_MS = 5 * 60_000
const SHORTEST_MS = 5_000

export const useLimits = () =>
  useQuery({
    queryKey: keys.limits,
    queryFn: ({ signal }) => getLimits(signal),
    refetchInterval: ({ state }) => nextLookMs(state.data),
  })

/** Who waits for the next hour or day should not wait longer than that. */
function nextLookMs(limits: Limits | undefined): number {
  if (!limits) return LONGEST_MS
  const resetsInMs = [limits.hour, limits.day].map(({ resetsAt }) => new Date(resetsAt).getTime() - Date.now() + 500)
  return Math.min(
    LONGEST_MS,
    Math.max(
      SHORTEST_MS,
      ...resetsInMs
        .filter((ms) => ms > 0)
        .toSorted((a, b) => a - b)
        .slice(0, 1),
    ),
  )
}
