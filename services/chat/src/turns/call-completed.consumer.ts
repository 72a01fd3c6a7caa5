import { events } from '@parley/contracts'
import { type Bus, consume } from '@parley/messaging'
import type { Logger } from '@parley/telemetry'
import type { PrismaClient } from '../../prisma/generated/client.ts'
import type { EndingStore } from './endings.store.ts'
import { isId } from './turn.ts'

/**
 * Adds to an answer what its calls used and chat did not see: calls that were stopped, cut, or lost with their owner.
 * Metering counts by the same events, so both come to the same sums.
 */
export function addCallFigures({ bus, prisma, endings, logger }: { bus: Bus; prisma: PrismaClient; endings: EndingStore; logger: Logger }) {
  return consume({
    bus,
    prisma,
    event: events.callCompleted,
    consumer: 'chat-answer-figures',
    logger,
    async handle(tx, { callId, turnId, usage }) {
      // Not every call belongs to a turn of ours.
      if (!usage || !isId(callId) || !isId(turnId)) return
      const { inputTokens, outputTokens, costMicroUsd } = usage
      await endings.addCall(tx, turnId, { id: callId, inputTokens: Number(inputTokens), outputTokens: Number(outputTokens), costMicroUsd })
    },
  })
}
