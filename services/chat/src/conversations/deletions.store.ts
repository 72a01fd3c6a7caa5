import { timestampFromDate } from '@bufbuild/protobuf/wkt'
import { events } from '@parley/contracts'
import type { Sql, Transaction } from '@parley/database'
import { publishEvent, type Relay } from '@parley/messaging'
import { roughTokens } from '../turns/ending.ts'

export type ConversationDeletionStore = ReturnType<typeof createConversationDeletionStore>

interface UnfinishedTurn {
  id: string
  text: string
  callId: string | null
  now: Date
}

export function createConversationDeletionStore(sql: Sql, relay: Pick<Relay, 'wake'>) {
  return {
    /** Returns the turns that were running in it; null when it is not the user's. */
    async delete(userId: string, id: string): Promise<string[] | null> {
      const takeTurns = (tx: Transaction) => tx.$queryRaw<UnfinishedTurn[]>`
        DELETE FROM turn t USING conversation c
        WHERE c.id = ${id}::uuid AND c.user_id = ${userId}::uuid AND t.conversation_id = c.id AND t.status IN ('queued', 'running')
        RETURNING t.id, t.text, t.charged_call_id AS "callId", now()`
      const stopped = await sql.$transaction(async (tx) => {
        // Turns before their conversation: in this order the end of a turn locks them, too.
        const running = await takeTurns(tx)
        const locked = await tx.$queryRaw<{ id: string }[]>`
          SELECT id FROM conversation WHERE id = ${id}::uuid AND user_id = ${userId}::uuid FOR UPDATE`
        if (locked.length === 0) return null
        // A question that held the conversation until now: it would vanish with it, and nobody would hear of its end.
        running.push(...(await takeTurns(tx)))
        await tx.$executeRaw`DELETE FROM conversation WHERE id = ${id}::uuid`
        for (const { id: turnId, text, callId, now } of running) {
          const message = {
            turnId,
            userId,
            conversationId: id,
            callId: callId ?? '',
            outputTokens: BigInt(roughTokens(text)),
            occurredAt: timestampFromDate(now),
          }
          await publishEvent(tx, events.turnStopped, { aggregateId: turnId, message })
        }
        return running.map((turn) => turn.id)
      })
      if (stopped?.length) relay.wake()
      return stopped
    },
  }
}
