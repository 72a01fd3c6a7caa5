import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { requests } from '@parley/contracts'
import type { AppError } from '@parley/errors'
import { type Bus, serve } from '@parley/messaging'
import { createLogger } from '@parley/telemetry'

/** The usage service as the public API asks it. */
export function serveFakeQuota(bus: Bus) {
  const quota = {
    asked: [] as { turnId: string; userId: string; isAdmin: boolean }[],
    /** What was held for each call, by plan. */
    holds: [] as Record<string, bigint>[],
    granted: true,
    plan: 'free',
    retryAfterS: 0,
    /** Set: a spending cap has no room. */
    fullCap: null as AppError | null,
  }
  const window = (limit: number) => ({ limit, used: 1, resetsAt: timestampFromDate(new Date(Date.now() + 60_000)) })
  const service = serve(
    bus,
    requests.reserveTurn,
    async ({ turnId, userId, isAdmin, holdMicroUsd }) => {
      quota.asked.push({ turnId, userId, isAdmin })
      quota.holds.push(holdMicroUsd)
      if (quota.fullCap) throw quota.fullCap
      const { granted, plan, retryAfterS } = quota
      return { granted, plan, retryAfterS, hour: window(10), day: window(50) }
    },
    { logger: createLogger({ name: 'usage', level: 'silent' }) },
  )
  return Object.assign(quota, { stop: () => service.stop() })
}
