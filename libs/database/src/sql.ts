import { isRecording, SpanKind, withSpan } from '@parley/telemetry'
import pg from 'pg'
import { defaults } from './connection-options.ts'
import { createStatementNames } from './statement-names.ts'
import type { Transaction, TransactionClient } from './transaction.ts'

/** SQL written by hand, without an ORM on its way: what hot paths talk to. A Prisma client fits where one of these is asked for. */
export interface Sql extends Transaction, TransactionClient<Transaction> {}

export type SqlTransaction = Transaction & Required<Pick<Transaction, '$withCommit'>>

/** A piece of SQL with values of its own, to be put into a larger one: what `Prisma.sql` makes. */
export interface Fragment {
  strings: readonly string[]
  values: readonly unknown[]
}

/** A template as a piece of SQL. */
export const fragment = (strings: TemplateStringsArray, ...values: unknown[]): Fragment => ({ strings, values })

interface Statement {
  text: string
  name: string
}

/** Rows as Prisma's raw queries give them: 64-bit integers are bigints, everything else is as `pg` reads it. */
const INT8 = 20
const INT8_ARRAY = 1016
const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return BigInt
    if (oid === INT8_ARRAY) return (text: string) => (text === '{}' ? [] : text.slice(1, -1).split(',').map(BigInt))
    return pg.types.getTypeParser(oid, format)
  },
} as pg.CustomTypesConfig

const nameOf = createStatementNames()
/** A template in the code is one object, however often it is run, and so is a fragment that stands in it without values. */
const statements = new WeakMap<TemplateStringsArray, { fragments: readonly Fragment[]; statement: Statement }>()

/**
 * Runs raw SQL on a pool. Each statement is prepared once a connection, and has a span where it belongs to a trace that
 * is recorded.
 */
export function createSql(
  pool: pg.Pool,
  { transactionTimeoutMs = defaults.statementTimeoutMs }: { transactionTimeoutMs?: number } = {},
): Transaction & TransactionClient<SqlTransaction> {
  return {
    ...runner((query) => pool.query(query)),

    async $transaction(work, { timeout: timeoutMs = transactionTimeoutMs } = {}) {
      const client = await pool.connect()
      let isReleased = false
      const release = (failure?: Error) => {
        if (!isReleased) client.release(failure)
        isReleased = true
      }
      const tooLong = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        const error = new Error(`a transaction was not finished after ${timeoutMs} ms`)
        // Closing the connection is what ends it at the server, whatever the work is waiting for.
        release(error)
        tooLong.reject(error)
      }, timeoutMs)
      const last: (() => Promise<unknown>)[] = []
      const sendTogether = holdWrites(client)
      const tx = runner((query) => {
        sendTogether()
        return client.query(query)
      })
      try {
        sendTogether()
        // Goes out together with the first statement, which fails where this does.
        client.query('BEGIN').catch(() => {})
        const withCommit: SqlTransaction['$withCommit'] = (strings, ...values) => void last.push(() => tx.$executeRaw(strings, ...values))
        const result = await Promise.race([work({ ...tx, $withCommit: withCommit }), tooLong.promise])
        const sent = last.map((send) => send())
        const [{ command }] = await Promise.all([client.query('COMMIT'), ...sent])
        // What Postgres answers when a statement had failed and nobody took notice.
        if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: one of its statements had failed')
        release()
        return result
      } catch (error) {
        // What cannot be rolled back is a connection of no use.
        if (!isReleased) await client.query('ROLLBACK').then(() => release(), release)
        throw error
      } finally {
        clearTimeout(timer)
      }
    },
  }
}

/**
 * What is sent without waiting in between leaves in one write: each of them would wake the server.
 *
 * @returns to be called before something is sent
 */
function holdWrites({ connection: { stream } }: pg.PoolClient): () => void {
  let isHeld = false
  return () => {
    if (isHeld) return
    isHeld = true
    stream.cork()
    process.nextTick(() => {
      isHeld = false
      stream.uncork()
    })
  }
}

function runner(send: (query: pg.QueryConfig) => Promise<pg.QueryResult>): Transaction {
  const run = (strings: TemplateStringsArray, values: unknown[]) => {
    const query = { ...statementOf(strings, values), types }
    if (!isRecording()) return send(query)
    const attributes = { 'db.system.name': 'postgresql', 'db.query.text': query.text }
    return withSpan('sql', { kind: SpanKind.CLIENT, attributes }, () => send(query))
  }
  return {
    $queryRaw: async <T>(strings: TemplateStringsArray, ...values: unknown[]) => (await run(strings, values)).rows as T,
    $executeRaw: async (strings, ...values) => (await run(strings, values)).rowCount ?? 0,
  }
}

function statementOf(strings: TemplateStringsArray, given: unknown[]): Statement & { values: unknown[] } {
  const fragments = given.filter(isFragment)
  if (fragments.some(({ values }) => values.length > 0)) {
    const { parts, values } = flatten(strings, given)
    return { ...named(parts), values }
  }
  const values = fragments.length === 0 ? given : given.filter((value) => !isFragment(value))
  const known = statements.get(strings)
  if (known?.fragments.length === fragments.length && known.fragments.every((one, index) => one === fragments[index])) {
    return { ...known.statement, values }
  }
  const statement = named(flatten(strings, given).parts)
  statements.set(strings, { fragments, statement })
  return { ...statement, values }
}

function named(parts: readonly string[]): Statement {
  const text = parts.reduce((sql, part, index) => (index === 0 ? part : `${sql}$${index}${part}`), '')
  return { text, name: nameOf({ sql: text }) }
}

/** Fragments become part of the text around them, their values part of its values. */
function flatten(strings: readonly string[], given: readonly unknown[]): { parts: string[]; values: unknown[] } {
  const parts = [strings[0] ?? '']
  const values: unknown[] = []
  const append = (text: string) => {
    parts[parts.length - 1] += text
  }
  for (const [index, value] of given.entries()) {
    if (isFragment(value)) {
      const inner = flatten(value.strings, value.values)
      append(inner.parts[0] ?? '')
      parts.push(...inner.parts.slice(1))
      values.push(...inner.values)
      append(strings[index + 1] ?? '')
    } else {
      values.push(value)
      parts.push(strings[index + 1] ?? '')
    }
  }
  return { parts, values }
}

const isFragment = (value: unknown): value is Fragment =>
  typeof value === 'object' && value !== null && 'strings' in value && 'values' in value && Array.isArray(value.strings)
