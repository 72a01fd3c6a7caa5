import type { chatApi } from '@parley/contracts'
import { encodeCursor } from '@parley/service-kit'
import { toMessage } from './message.ts'
import type { PathQuery, PathRow, PathStore } from './paths.store.ts'

// Pages of one branch. Where a page was reached from the other side, what it was reached from is more.

type PathPage = ReturnType<typeof chatApi.pathPage.parse>

/** The end of the branch, or what stands before a message of it. */
export async function readBefore(paths: PathStore, query: PathQuery): Promise<PathPage> {
  const rows = await paths.list({ ...query, limit: query.limit + 1 })
  return toPage(rows.slice(0, query.limit).reverse(), { hasOlder: rows.length > query.limit, hasNewer: query.before !== undefined })
}

/** What comes after a message, down to the newest end of its branch. */
export async function readAfter(
  paths: PathStore,
  { conversationId, after, limit }: { conversationId: string; after: string; limit: number },
) {
  const [, ...rows] = await paths.descend({ conversationId, from: after, limit: limit + 2 })
  return toPage(rows.slice(0, limit), { hasOlder: true, hasNewer: rows.length > limit })
}

/** A message with what surrounds it, on the branch through it. Empty where there is none. */
export async function readAround(
  paths: PathStore,
  { conversationId, around, limit }: { conversationId: string; around: string; limit: number },
) {
  const above = Math.floor(limit / 2)
  const below = limit - above
  const [older, rows] = await Promise.all([
    paths.list({ conversationId, before: around, limit: above + 1 }),
    paths.descend({ conversationId, from: around, limit: below + 1 }),
  ])
  if (rows.length === 0) return toPage([], { hasOlder: false, hasNewer: false })
  const shown = [...older.slice(0, above).reverse(), ...rows.slice(0, below)]
  return toPage(shown, { hasOlder: older.length > above, hasNewer: rows.length > below })
}

function toPage(rows: PathRow[], { hasOlder, hasNewer }: { hasOlder: boolean; hasNewer: boolean }): PathPage {
  const [first, last] = [rows[0], rows.at(-1)]
  return {
    items: rows.map((row) => ({ ...toMessage(row), branchIds: row.branchIds })),
    nextCursor: hasOlder && first ? cursorOf(first) : null,
    newerCursor: hasNewer && last ? cursorOf(last) : null,
  }
}

const cursorOf = ({ createdAt, id }: PathRow): string => encodeCursor({ time: createdAt, id })
