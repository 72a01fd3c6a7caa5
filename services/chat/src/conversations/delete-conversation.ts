import { broadcasts } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { errors } from '../errors.ts'
import type { ConversationDeletionStore } from './deletions.store.ts'

export type DeleteConversation = (userId: string, id: string) => Promise<void>

/** Deletes a conversation with everything in it. Answers still being written are ended and count as stopped. */
export function createDeleteConversation({ deletions, bus }: { deletions: ConversationDeletionStore; bus: Bus }): DeleteConversation {
  return async (userId, id) => {
    const stoppedTurnIds = await deletions.delete(userId, id)
    if (!stoppedTurnIds) throw errors.conversation_not_found()
    for (const turnId of stoppedTurnIds) bus.broadcast(broadcasts.turnStop, turnId)
  }
}
