import { encodeUserMessage, liveUserSubject } from '@parley/contracts'
import type { Bus } from '@parley/messaging'
import { type ConversationRow, toConversation } from './conversation.ts'

/** Every open window of the user shows the change. A hint: who misses it sees it with the next list. */
export function tellDevices(bus: Pick<Bus, 'isConnected' | 'publishLive'>, userId: string, row: ConversationRow): void {
  if (!bus.isConnected()) return
  bus.publishLive(liveUserSubject(userId), encodeUserMessage({ type: 'conversation.updated', conversation: toConversation(row) }))
}
