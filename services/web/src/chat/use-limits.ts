import { useQuery } from '@tanstack/react-query'
import { getLimits } from './chat-api.ts'
import { keys } from './query-keys.ts'

export const useLimits = () => useQuery({ queryKey: keys.limits, queryFn: ({ signal }) => getLimits(signal), refetchInterval: 5 * 60_000 })
