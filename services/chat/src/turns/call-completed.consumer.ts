import { type CallCompleted, CallPurpose, events } from '@parley/contracts'
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
    logger,
    findNeedless: async (messages) => {
      const ofAnswers = new Set(messages.filter(isOfAnswer))
      const takenDown = await endings.findTakenDown([...ofAnswers])
      return new Set(messages.filter((call) => !ofAnswers.has(call) || takenDown.has(call.callId)))
    },
    async handleTogether(tx, calls) {
      // In one order everywhere: their turns are locked until the commit.
      for (const { message } of calls.toSorted((one, other) => (one.message.turnId < other.message.turnId ? -1 : 1))) {
        const { callId, turnId, model, provider, usage } = message
        if (!usage) continue
        const figures = {
          inputTokens: Number(usage.inputTokens),
          outputTokens: Number(usage.outputTokens),
          costMicroUsd: usage.costMicroUsd,
        }
        await endings.noteCall(tx, turnId, { id: callId, model, provider, ...figures })
      }
    },
  })
}

/** Not every call answers a turn of ours. */
function isOfAnswer({ callId, turnId, purpose, usage }: CallCompleted): boolean {
  const isAnswer = purpose === CallPurpose.UNSPECIFIED || purpose === CallPurpose.ANSWER
  return usage !== undefined && isAnswer && isId(callId) && isId(turnId)
}
