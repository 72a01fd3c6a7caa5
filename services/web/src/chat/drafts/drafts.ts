/** Texts begun and not sent, by conversation ('' for a new one); the one that was touched last is the last. */
export type Drafts = Readonly<Record<string, string>>

/** As many as somebody may come back to; a browser's store is small, and a draft is a page at most. */
export const MOST_DRAFTS = 30

/** With the text of one conversation; an empty one is none. The oldest give way. */
export function withDraft(drafts: Drafts, conversationId: string, text: string): Drafts {
  const { [conversationId]: _before, ...others } = drafts
  if (text === '') return others
  const kept = Object.entries(others).slice(-(MOST_DRAFTS - 1))
  return Object.fromEntries([...kept, [conversationId, text]])
}

export const storedDrafts = (userId: string, drafts: Drafts): string => JSON.stringify({ userId, drafts })

/** What `storedDrafts` made for this person: somebody else may have used this browser in between. */
export function parseDrafts(stored: string | null, userId: string): Drafts {
  const value = parse(stored)
  if (!isObject(value) || value.userId !== userId || !isObject(value.drafts)) return {}
  const texts = Object.entries(value.drafts).filter((entry): entry is [string, string] => typeof entry[1] === 'string')
  return Object.fromEntries(texts.slice(-MOST_DRAFTS))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function parse(stored: string | null): unknown {
  try {
    return JSON.parse(stored ?? 'null')
  } catch {
    return null
  }
}
