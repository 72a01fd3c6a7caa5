import type { PathMessage, PathPage } from './chat-api.ts'

/** A part of one branch of a conversation without a gap: its end, or what surrounds a message somebody was led to. */
export interface Path {
  /** Oldest first; each one hangs on the one before. */
  messages: readonly PathMessage[]
  /** Leads to what comes before the first of them; null at the conversation's beginning. */
  olderCursor: string | null
  /** Leads to what comes after the last of them; null at the branch's end. */
  newerCursor: string | null
}

export interface PageQuery {
  limit: number
  /** What stands before. */
  cursor?: string | null
  /** What comes after. */
  after?: string | null
  /** What surrounds this message. */
  around?: string
}

export type ReadPage = (query: PageQuery) => Promise<PathPage>

const FIRST = 50
const FURTHER = 100
/** What comes after is drawn at once, what stands before only where it is looked at. */
const NEWER = 50

export const holds = ({ messages }: Path, messageId: string): boolean => messages.some(({ id }) => id === messageId)

/** The branch anew from its end. What was read of it before and still is part of it is not read again. */
export async function readPath(readPage: ReadPage, known: () => Path | undefined): Promise<Path> {
  const page = await readPage({ limit: FIRST })
  return joinKnown(pathOf(page), known())
}

/**
 * A message with what surrounds it, however far back it stands. Once somebody has read on from there to the end, the end
 * is what is read anew.
 */
export async function readAround(readPage: ReadPage, known: () => Path | undefined, messageId: string): Promise<Path> {
  if (known()?.newerCursor === null) return readPath(readPage, known)
  const page = await readPage({ around: messageId, limit: FIRST })
  return joinAround(pathOf(page), known())
}

/** The branch from its end, back to a message of it. */
export async function readBackTo(readPage: ReadPage, messageId: string): Promise<Path> {
  let path = await readPath(readPage, () => undefined)
  while (path.olderCursor && !holds(path, messageId)) path = await readOlder(readPage, path)
  return path
}

export async function readOlder(readPage: ReadPage, path: Path): Promise<Path> {
  const page = await readPage({ cursor: path.olderCursor, limit: FURTHER })
  return { ...path, messages: [...page.items, ...path.messages], olderCursor: page.nextCursor }
}

export async function readNewer(readPage: ReadPage, path: Path): Promise<Path> {
  const page = await readPage({ after: path.newerCursor, limit: NEWER })
  return { ...path, messages: [...path.messages, ...page.items], newerCursor: page.newerCursor }
}

/** A chat of the version before, during a rollout, gives the end and does not say what comes after. */
const pathOf = ({ items, nextCursor, newerCursor }: PathPage): Path => ({
  messages: items,
  olderCursor: nextCursor,
  newerCursor: newerCursor ?? null,
})

function joinKnown(newest: Path, known: Path | undefined): Path {
  if (!known) return newest
  const messages = newest.messages.map(keepEqual(known.messages))
  const seam = messages[0]
  const index = known.messages.findIndex(({ id }) => id === seam?.id)
  if (index < 1) return { ...newest, messages }
  return { ...newest, messages: [...known.messages.slice(0, index), ...messages], olderCursor: known.olderCursor }
}

/** What was read beyond the page, on both sides of it, stays. */
function joinAround(page: Path, known: Path | undefined): Path {
  if (!known) return page
  const [first, last] = [page.messages[0], page.messages.at(-1)]
  const from = known.messages.findIndex(({ id }) => id === first?.id)
  const to = known.messages.findIndex(({ id }) => id === last?.id)
  return {
    messages: [
      ...known.messages.slice(0, Math.max(0, from)),
      ...page.messages.map(keepEqual(known.messages)),
      ...(to < 0 ? [] : known.messages.slice(to + 1)),
    ],
    olderCursor: from < 0 ? page.olderCursor : known.olderCursor,
    newerCursor: to < 0 ? page.newerCursor : known.newerCursor,
  }
}

/** What did not change stays the same object, so that it is not drawn anew. */
function keepEqual(known: readonly PathMessage[]): (message: PathMessage) => PathMessage {
  const byId = new Map(known.map((message) => [message.id, message]))
  return (message) => {
    const before = byId.get(message.id)
    return before && JSON.stringify(before) === JSON.stringify(message) ? before : message
  }
}
