import { timestampDate } from '@bufbuild/protobuf/wkt'
import { type CallCompleted, CallOutcome, CallPurpose, events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, type Consumer, consume, type GroupedEvent, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import { decideApiCall } from './api-calls.ts'
import { type Account, oneAtATime, type Purpose } from './charges.store.ts'
import { countPlatformExpense } from './platform-metrics.ts'
import { insertUsageEvents, type UsageEvent } from './usage-events.store.ts'
import { insertWastedLegs } from './wasted-legs.store.ts'

type CallUsage = NonNullable<CallCompleted['usage']>

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
    async handleTogether(tx, grouped, { afterCommit }) {
      const calls = grouped.map(readCall).sort((one, other) => (one.call.callId < other.call.callId ? -1 : 1))
      for (const { call, purpose, endedAt } of calls) {
        const wasted = await insertWastedLegs(tx, call, { purpose, endedAt })
        if (wasted) afterCommit(() => countPlatformExpense(wasted))
      }
      const metered: UsageEvent[] = []
      for (const one of calls) {
        const account = one.purpose === 'api' ? await decideApiCall(tx, one.call, one.endedAt) : accountOf(one)
        if (one.call.usage) metered.push(toUsageEvent(one, one.call.usage, account))
      }
      if (metered.length === 0) return
      const turnIds = metered.flatMap(({ turnId, account }) => (turnId && account === null ? [turnId] : []))
      // The second sees whatever was committed while the first waited.
      const [, inserted] = await Promise.all([oneAtATime(tx, turnIds), insertUsageEvents(tx, metered)])
      const platforms = new Set(inserted.flatMap(({ callId, account }) => (account === 'platform' ? [callId] : [])))
      const expenses = metered.filter(({ callId }) => platforms.has(callId))
      afterCommit(() => {
        for (const expense of expenses) countPlatformExpense({ ...expense, calls: 1 })
      })
    },
  })
}

interface EndedCall {
  call: CallCompleted
  outcome: string
  purpose: Purpose
  endedAt: Date
}

function readCall({ message: call, occurredAt }: GroupedEvent<CallCompleted>): EndedCall {
  const outcome = outcomes[call.outcome]
  const purpose = purposes[call.purpose]
  if (!outcome || (!call.usage && purpose !== 'api')) throw new PoisonError('a call without its usage or outcome')
  if (!purpose || (purpose === 'answer' && call.turnId === '')) throw new PoisonError('a call without a known purpose or its turn')
  // Late usage lands in the period it happened in (B-11).
  return { call, outcome, purpose, endedAt: call.occurredAt ? timestampDate(call.occurredAt) : occurredAt }
}

/** Null for an answer: the end of its turn says. */
const accountOf = ({ purpose }: EndedCall): Account | null => (purpose === 'answer' ? null : 'platform')

function toUsageEvent({ call, outcome, purpose, endedAt }: EndedCall, usage: CallUsage, account: Account | null): UsageEvent {
  const { callId, turnId, userId, model, provider } = call
  const { inputTokens, outputTokens, cachedInputTokens, costMicroUsd, priceId, latencyMs, firstTokenMs } = usage
  return {
    ...{ callId, turnId: turnId || null, userId, model, provider, outcome, purpose, account, occurredAt: endedAt },
    ...{ inputTokens, outputTokens, cachedInputTokens, costMicroUsd, priceId, latencyMs, firstTokenMs },
    ...{ isEstimated: usage.estimated, isCached: usage.cached },
  }
}
