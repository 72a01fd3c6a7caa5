import { timestampDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { decideApiCall } from './api-calls.ts'
import { accountOf, type Purpose } from './charges.store.ts'
import { countPlatformExpense } from './platform-metrics.ts'
import { insertUsageEvent } from './usage-events.store.ts'
import { insertWastedLegs } from './wasted-legs.store.ts'

const outcomes: Partial<Record<CallOutcome, string>> = {
  [CallOutcome.COMPLETED]: 'completed',
  [CallOutcome.ABORTED]: 'aborted',
  [CallOutcome.FAILED]: 'failed',
  [CallOutcome.LOST]: 'lost',
}

const purposes: Partial<Record<CallPurpose, Purpose>> = {
  [CallPurpose.UNSPECIFIED]: 'answer',
  [CallPurpose.ANSWER]: 'answer',
  [CallPurpose.TITLE]: 'title',
  [CallPurpose.SUMMARY]: 'summary',
  [CallPurpose.API]: 'api',
}

/** Every call to a model provider is metered exactly once (D3), on the account of whoever pays for it (B-17). */
export function consumeCallCompleted({ bus, sql, logger }: { bus: Bus; sql: Sql; logger: Logger }): Consumer {
  return consume({
    bus,
    database: sql,
    logger,
    event: events.callCompleted,
    consumer: 'usage-metering',
    lockOf: ({ turnId, callId }) => turnId || callId,
    async handle(tx, call, { occurredAt, afterCommit }) {
      const outcome = outcomes[call.outcome]
      const purpose = purposes[call.purpose]
      const { usage, userId } = call
      if (!outcome || (!usage && purpose !== 'api')) throw new PoisonError('a call without its usage or outcome')
      if (!purpose || (purpose === 'answer' && call.turnId === '')) throw new PoisonError('a call without a known purpose or its turn')
      // Late usage lands in the period it happened in (B-11).
      const endedAt = call.occurredAt ? timestampDate(call.occurredAt) : occurredAt
      const wasted = await insertWastedLegs(tx, call, { purpose, endedAt })
      if (wasted) afterCommit(() => countPlatformExpense(wasted))
      const turnId = call.turnId || null
      const account =
        purpose === 'api' ? await decideApiCall(tx, call, endedAt) : await accountOf(tx, { callId: call.callId, turnId, purpose })
      if (!usage) return
      const isNew = await insertUsageEvent(tx, {
        callId: call.callId,
        turnId,
        userId,
        model: call.model,
        provider: call.provider,
        outcome,
        purpose,
        account,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        cachedInputTokens: usage.cachedInputTokens,
        costMicroUsd: usage.costMicroUsd,
        priceId: usage.priceId,
        isEstimated: usage.estimated,
        latencyMs: usage.latencyMs,
        firstTokenMs: usage.firstTokenMs,
        isCached: usage.cached,
        occurredAt: endedAt,
      })
      if (isNew && account === 'platform') afterCommit(() => countPlatformExpense({ ...usage, purpose, calls: 1 }))
    },
  })
}
