import type { usageApi } from '@parley/contracts/public'
import { useQuery } from '@tanstack/react-query'
import { http } from '../api/client.ts'

export type Plan = usageApi.Plan
export type UsageReport = usageApi.UsageReport
export type UsageRow = UsageReport['items'][number]

export const usePlans = () =>
  useQuery({
    queryKey: ['plans'],
    queryFn: async () => (await http.request<{ items: Plan[] }>('GET', '/billing/plans')).items,
    staleTime: 5 * 60_000,
  })

export const useUsage = (by: UsageReport['by'], from: string) =>
  useQuery({ queryKey: ['usage', 'report', by, from], queryFn: () => http.request<UsageReport>('GET', '/usage', { query: { by, from } }) })
