import { timestampDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, CallPurpose, events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
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
}

/** Every call to a model provider is metered exactly once (D3), on the account of whoever pays for it (B-17). */
export function consumeCallCompleted({ bus, sql, logger }: { bus: Bus; sql: Sql; logger: Logger }): Consumer {
  return consume({
    bus,
    database: sql,
    logger,
    event: events.callCompleted,
    consumer: 'usage-metering',
    lockOf: ({ turnId }) => turnId,
    async handle(tx, call, { occurredAt, afterCommit }) {
      const outcome = outcomes[call.outcome]
      if (!call.usage || !outcome) throw new PoisonError('a call without its usage or outcome')
      const purpose = purposes[call.purpose]
      if (!purpose || (purpose === 'answer' && call.turnId === '')) throw new PoisonError('a call without a known purpose or its turn')
      const { usage, userId } = call
      // Late usage lands in the period it happened in (B-11).
      const endedAt = call.occurredAt ? timestampDate(call.occurredAt) : occurredAt
      const wasted = await insertWastedLegs(tx, call, { purpose, endedAt })
      const turnId = call.turnId || null
      const account = await accountOf(tx, { callId: call.callId, turnId, purpose })
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
      if (wasted) afterCommit(() => countPlatformExpense(wasted))
      if (isNew && account === 'platform') afterCommit(() => countPlatformExpense({ ...usage, purpose, calls: 1 }))
    },
  })
}
