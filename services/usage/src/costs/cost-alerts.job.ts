import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@parley/telemetry'
import type { CostsStore } from './costs.store.ts'

export interface CostThresholds {
  /** Of one user on one UTC day. */
  userDayMicroUsd: bigint
  /** Of everybody on one UTC day; null for no budget. */
  budgetDayMicroUsd: bigint | null
  tolerancePercent: number
}

interface CostWatch {
  costs: CostsStore
  thresholds: CostThresholds
  /** Called when there is news in the outbox. */
  onTold(): void
  everyMs: number
  logger: Logger
}

/** Tells operators of a day that costs more than they expect (D4). Beside the metering, which it must not slow down. */
export function watchCosts({ costs, thresholds, onTold, everyMs, logger }: CostWatch): { stop(): Promise<void> } {
  const { userDayMicroUsd, budgetDayMicroUsd, tolerancePercent } = thresholds
  const stopping = new AbortController()

  async function look(): Promise<void> {
    const users = await costs.tellUsersOver(userDayMicroUsd)
    const limit = budgetDayMicroUsd === null ? null : budgetDayMicroUsd + (budgetDayMicroUsd * BigInt(tolerancePercent)) / 100n
    const isOver = budgetDayMicroUsd !== null && limit !== null && (await costs.tellBudgetExceeded(budgetDayMicroUsd, limit))
    if (users > 0 || isOver) onTold()
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await delay(everyMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      if (stopping.signal.aborted) return
      await look().catch((error: unknown) => logger.warn({ err: error }, 'the costs of the day could not be looked at'))
    }
  }

  const done = run()
  return {
    stop() {
      stopping.abort()
      return done
    },
  }
}
