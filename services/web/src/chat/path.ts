import type { Page, PathMessage } from './chat-api.ts'

/** The end of one branch of a conversation, as far back as it has been read. */
export interface Path {
  /** Oldest first; each one hangs on the one before. */
  messages: readonly PathMessage[]
  /** Leads to what comes before the first of them; null at the conversation's beginning. */
  olderCursor: string | null
}

export type ReadPage = (query: { cursor: string | null; limit: number }) => Promise<Page<PathMessage>>

const FIRST = 50
const FURTHER = 100

/** The branch anew from its end. What was read of it before and still is part of it is not read again. */
export async function readPath(readPage: ReadPage, known: () => Path | undefined, mustHold: string | null): Promise<Path> {
  const page = await readPage({ cursor: null, limit: FIRST })
  let path = joinKnown({ messages: page.items, olderCursor: page.nextCursor }, known())
  while (mustHold && path.olderCursor && !path.messages.some(({ id }) => id === mustHold)) path = await readOlder(readPage, path)
  return path
}

export async function readOlder(readPage: ReadPage, path: Path): Promise<Path> {
  const page = await readPage({ cursor: path.olderCursor, limit: FURTHER })
  return { messages: [...page.items, ...path.messages], olderCursor: page.nextCursor }
}

function joinKnown(newest: Path, known: Path | undefined): Path {
  if (!known) return newest
  const messages = newest.messages.map(keepEqual(known.messages))
  const seam = messages[0]
  const index = known.messages.findIndex(({ id }) => id === seam?.id)
  if (index < 1) return { messages, olderCursor: newest.olderCursor }
  return { messages: [...known.messages.slice(0, index), ...messages], olderCursor: known.olderCursor }
}

/** What did not change stays the same object, so that it is not drawn anew. */
function keepEqual(known: readonly PathMessage[]): (message: PathMessage) => PathMessage {
  const byId = new Map(known.map((message) => [message.id, message]))
  return (message) => {
    const before = byId.get(message.id)
    return before && JSON.stringify(before) === JSON.stringify(message) ? before : message
  }
}
