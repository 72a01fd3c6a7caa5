import { microUsdToDecimal } from '@parley/contracts'
import { usageApi } from '@parley/contracts/public'
import { type App, requireAdmin, requireUser } from '@parley/service-kit'
import { periodOf } from './period.ts'
import type { UsageEventsStore, UsageSum } from './usage-events.store.ts'

/** Calls, tokens and cost of what the caller pays for, and for administrators of what the platform pays for. */
export function usageReportRoutes(app: App, { usageEvents }: { usageEvents: UsageEventsStore }): void {
  app.get(
    '/api/v1/usage',
    {
      schema: {
        tags: ['usage'],
        summary: 'Usage by day or model',
        querystring: usageApi.usageQuery,
        response: { 200: usageApi.usageReport },
      },
    },
    async (request) => {
      const { userId } = requireUser(request)
      const { by } = request.query
      const { from, to } = periodOf(request.query)
      return { from: from.toISOString(), to: to.toISOString(), by, ...reportOf(await usageEvents.sumBy(by, userId, from, to)) }
    },
  )

  app.get(
    '/api/v1/admin/usage/platform',
    {
      schema: {
        tags: ['admin'],
        summary: 'What the platform pays for: wasted calls and its own, by day, model or purpose',
        querystring: usageApi.platformUsageQuery,
        response: { 200: usageApi.platformUsageReport },
      },
    },
    async (request) => {
      requireAdmin(request)
      const { by } = request.query
      const { from, to } = periodOf(request.query)
      return { from: from.toISOString(), to: to.toISOString(), by, ...reportOf(await usageEvents.platformSumBy(by, from, to)) }
    },
  )
}

function reportOf(sums: UsageSum[]) {
  const { key: _, ...total } = toRow(sums.reduce(add, { key: '', calls: 0, inputTokens: 0n, outputTokens: 0n, costMicroUsd: 0n }))
  return { items: sums.map(toRow), total }
}

const add = (a: UsageSum, b: UsageSum): UsageSum => ({
  key: '',
  calls: a.calls + b.calls,
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  costMicroUsd: a.costMicroUsd + b.costMicroUsd,
})

const toRow = ({ key, calls, inputTokens, outputTokens, costMicroUsd }: UsageSum) => ({
  key,
  calls,
  inputTokens: Number(inputTokens),
  outputTokens: Number(outputTokens),
  costUsd: microUsdToDecimal(costMicroUsd),
})
