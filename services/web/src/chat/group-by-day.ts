import type { Conversation } from './chat-api.ts'

export interface ConversationGroup {
  label: string
  items: Conversation[]
}

/** Groups of a history, newest first: days while they are near, then months. Days are the reader's own. */
export function groupByDay(conversations: readonly Conversation[], now: Date): ConversationGroup[] {
  const groups = new Map<string, Conversation[]>()
  for (const conversation of conversations) {
    const label = labelOf(new Date(conversation.updatedAt), now)
    const group = groups.get(label)
    if (group) group.push(conversation)
    else groups.set(label, [conversation])
  }
  return [...groups].map(([label, items]) => ({ label, items }))
}

function labelOf(time: Date, now: Date): string {
  const days = daysBetween(time, now)
  if (days <= 0) return 'Today'
  if (days === 1) return 'Yesterday'
  if (days <= 7) return 'Previous 7 days'
  if (days <= 30) return 'Previous 30 days'
  const isThisYear = time.getFullYear() === now.getFullYear()
  return time.toLocaleDateString('en', isThisYear ? { month: 'long' } : { month: 'long', year: 'numeric' })
}

/** Midnights between two times. Rounded, because a day with a clock change has 23 or 25 hours. */
function daysBetween(time: Date, now: Date): number {
  const midnight = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime()
  return Math.round((midnight(now) - midnight(time)) / 86_400_000)
}
