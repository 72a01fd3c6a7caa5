import { timestampDate } from '@bufbuild/protobuf/wkt'
import { CallOutcome, events } from '@parley/contracts'
import { type Bus, type Consumer, consume, PoisonError } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import { insertUsageEvent } from './usage-events.store.ts'

const outcomes: Partial<Record<CallOutcome, string>> = {
  [CallOutcome.COMPLETED]: 'completed',
  [CallOutcome.ABORTED]: 'aborted',
  [CallOutcome.FAILED]: 'failed',
}

/** Every call to a model provider is metered exactly once (D3). */
export function consumeCallCompleted({ bus, prisma, logger }: { bus: Bus; prisma: PrismaClient; logger: Logger }): Consumer {
  return consume({
    bus,
    prisma,
    logger,
    event: events.callCompleted,
    consumer: 'usage-metering',
    async handle(tx, call, { occurredAt }) {
      const outcome = outcomes[call.outcome]
      if (!call.usage || !outcome) throw new PoisonError('a call without its usage or outcome')
      const { usage } = call
      await insertUsageEvent(tx, {
        callId: call.callId,
        turnId: call.turnId,
        userId: call.userId,
        model: call.model,
        provider: call.provider,
        outcome,
        inputTokens: usage.inputTokens,
        outputTokens: usage.outputTokens,
        cachedInputTokens: usage.cachedInputTokens,
        costMicroUsd: usage.costMicroUsd,
        priceId: usage.priceId,
        isEstimated: usage.estimated,
        latencyMs: usage.latencyMs,
        firstTokenMs: usage.firstTokenMs,
        // Late usage lands in the period it happened in (B-11).
        occurredAt: call.occurredAt ? timestampDate(call.occurredAt) : occurredAt,
      })
    },
  })
}
