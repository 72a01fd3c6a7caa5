import type { chatApi } from '@parley/contracts'
import { cutTitle } from './title.ts'

export interface ConversationRow {
  id: string
  title: string | null
  model: string | null
  isPinned: boolean
  isArchived: boolean
  instructions: string | null
  headMessageId: string | null
  pathLength: number
  continuedFrom: string | null
  createdAt: Date
  lastActivityAt: Date
}

/** Messages after which a new conversation is offered (B5). */
const LONG_PATH = 50

export function toConversation(row: ConversationRow): chatApi.Conversation {
  return {
    id: row.id,
    title: row.title,
    model: row.model,
    pinned: row.isPinned,
    archived: row.isArchived,
    instructions: row.instructions,
    headMessageId: row.headMessageId,
    pathLength: row.pathLength,
    offersContinuation: row.pathLength > LONG_PATH,
    continuedFrom: row.continuedFrom,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.lastActivityAt.toISOString(),
  }
}

/** The first line of a conversation's first message, cut at a word border. Null when there is nothing to show. */
export function titleOf(text: string): string | null {
  const line = text.trim().split('\n', 1).join('').replaceAll(/\s+/g, ' ').trim()
  return line === '' ? null : cutTitle(line)
}
