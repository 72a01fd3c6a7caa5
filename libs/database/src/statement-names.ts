import { createHash } from 'node:crypto'

/** Statements a service has of its own: far fewer. What is put together with a list's length in it comes on top. */
const CAPACITY = 500

/**
 * A statement that begins with this comment is planned anew at every call. For those whose best plan hangs on their
 * values: a plan that is kept is made for a user with an average number of rows, whoever asks.
 */
const PLANNED_PER_CALL = '/* planned per call */'

/**
 * Names statements by their text, so that Postgres parses and plans each once a connection instead of at every call.
 * The first `CAPACITY` texts get a name; further ones stay unnamed, which bounds what a connection holds.
 */
export function createStatementNames(capacity = CAPACITY): (query: { sql: string }) => string {
  const names = new Map<string, string>()
  return ({ sql }) => {
    if (sql.trimStart().startsWith(PLANNED_PER_CALL)) return ''
    const known = names.get(sql)
    if (known !== undefined) return known
    // The empty name is Postgres' own word for a statement that is not kept.
    if (names.size >= capacity) return ''
    const name = `parley_${createHash('sha256').update(sql).digest('base64url').slice(0, 32)}`
    names.set(sql, name)
    return name
  }
}
