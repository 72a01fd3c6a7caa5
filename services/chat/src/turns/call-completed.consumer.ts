import { CallPurpose, events } from '@parley/contracts'
import type { Sql } from '@parley/database'
import { type Bus, consume } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { EndingStore } from './endings.store.ts'
import { isId } from './turn.ts'

/**
 * Gives an answer the figures of its charged call where chat did not see them: because it was stopped, or its end could not
 * be booked in time. Metering counts by the same events, so both come to the same sums.
 */
export function fillInFigures({ bus, sql, endings, logger }: { bus: Bus; sql: Sql; endings: EndingStore; logger: Logger }) {
  return consume({
    bus,
    database: sql,
    event: events.callCompleted,
    consumer: 'chat-answer-figures',
    lockOf: ({ turnId }) => turnId,
    logger,
    async handle(tx, { callId, turnId, purpose, model, provider, usage }) {
      // Not every call answers a turn of ours.
      const isAnswer = purpose === CallPurpose.UNSPECIFIED || purpose === CallPurpose.ANSWER
      if (!usage || !isAnswer || !isId(callId) || !isId(turnId)) return
      const figures = { inputTokens: Number(usage.inputTokens), outputTokens: Number(usage.outputTokens), costMicroUsd: usage.costMicroUsd }
      await endings.noteCall(tx, turnId, { id: callId, model, provider, ...figures })
    },
  })
}
