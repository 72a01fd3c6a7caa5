import type { chatApi } from '@parley/contracts'

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

const TITLE_MAX_CHARACTERS = 60

/** The first line of a conversation's first message, cut at a word border. Null when there is nothing to show. */
export function titleOf(text: string): string | null {
  const line = text.trim().split('\n', 1).join('').replaceAll(/\s+/g, ' ').trim()
  if (line === '') return null
  const characters = [...line]
  if (characters.length <= TITLE_MAX_CHARACTERS) return line
  const head = characters.slice(0, TITLE_MAX_CHARACTERS).join('')
  // A first word longer than half a title is cut in the middle rather than leaving next to nothing.
  const border = characters[TITLE_MAX_CHARACTERS] === ' ' ? head.length : head.lastIndexOf(' ')
  return `${(border > TITLE_MAX_CHARACTERS / 2 ? head.slice(0, border) : head).trimEnd()}…`
}
