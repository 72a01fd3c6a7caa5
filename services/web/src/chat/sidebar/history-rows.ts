import type { Conversation } from '../chat-api.ts'
import { groupByDay } from '../group-by-day.ts'

export type HistoryRow = { kind: 'label'; key: string; label: string } | { kind: 'conversation'; key: string; conversation: Conversation }

/**
 * The history as flat rows, for a list that only draws what is in sight. Pinned ones come first and only there, be they
 * in the list of the pinned ones or, as in the archive, only among the others.
 */
export function historyRows(pinned: readonly Conversation[], recent: readonly Conversation[], now: Date): HistoryRow[] {
  const rows: HistoryRow[] = []
  const add = (label: string, conversations: readonly Conversation[]) => {
    if (conversations.length === 0) return
    rows.push({ kind: 'label', key: `label:${label}`, label })
    for (const conversation of conversations) rows.push({ kind: 'conversation', key: conversation.id, conversation })
  }
  const pinnedIds = new Set(pinned.map(({ id }) => id))
  const others = recent.filter(({ id }) => !pinnedIds.has(id))
  add('Pinned', [...pinned, ...others.filter((conversation) => conversation.pinned)])
  const unpinned = others.filter((conversation) => !conversation.pinned)
  for (const { label, items } of groupByDay(unpinned, now)) add(label, items)
  return rows
}
