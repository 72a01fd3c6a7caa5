import { commonErrors } from '@parley/errors'
import { z } from 'zod'

/** A place in a list ordered by time, then id. */
export interface Position {
  time: Date
  id: string
}

/** No list of ours reaches back to the year 0, and Postgres does not have it. */
const time = z.iso.datetime().refine((text) => !text.startsWith('0000'))
const position = z.tuple([time, z.uuid()])

/** The opaque text of a position. Times are whole milliseconds in the database too, so nothing is rounded away. */
export function encodeCursor({ time, id }: Position): string {
  return Buffer.from(JSON.stringify([time.toISOString(), id])).toString('base64url')
}

/** Throws `invalid_request` on what `encodeCursor` did not make. */
export function decodeCursor(cursor: string): Position {
  const parsed = position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()))
  if (!parsed.success) throw commonErrors.invalid_request({ errors: [{ path: 'cursor', message: 'is not a cursor of this list' }] })
  const [time, id] = parsed.data
  return { time: new Date(time), id }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** One page out of `limit + 1` rows: the row too many only says that there is a next page. */
export function toPage<Row, Item>(rows: Row[], limit: number, positionOf: (row: Row) => Position, toItem: (row: Row) => Item) {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { items: shown.map(toItem), nextCursor: rows.length > limit && last ? encodeCursor(positionOf(last)) : null }
}
