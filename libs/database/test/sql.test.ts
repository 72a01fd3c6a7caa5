import t, { type Test } from 'tap'
import { createSql, openPool } from '../src/index.ts'
import { createScratch, query, type Scratch } from './scratch.ts'

async function open(t: Test, scratch: Scratch) {
  await query(scratch.ownerUrl, 'CREATE TABLE thing (id integer PRIMARY KEY, count bigint, at timestamptz, body bytea, tags text[])')
  await query(scratch.ownerUrl, `GRANT SELECT, INSERT, UPDATE, DELETE ON thing TO ${scratch.database}`)
  const pool = openPool({ url: scratch.url, applicationName: 'sql', poolSize: 2 })
  t.teardown(() => pool.end())
  return { pool, sql: createSql(pool, { transactionTimeoutMs: 500 }) }
}

t.test('values go and come as they are: 64-bit integers, times, bytes, lists, nothing', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql } = await open(t, scratch)
  const at = new Date('2026-11-27T12:00:00.123Z')
  const body = Buffer.from([0, 255, 39])
  const written = await sql.$executeRaw`
    INSERT INTO thing VALUES (${1}, ${2n ** 60n}, ${at}, ${body}, ${['a', "b'c", '{}']}::text[]), (2, ${null}, ${undefined}, NULL, '{}')`
  t.equal(written, 2)
  t.same(await sql.$queryRaw`SELECT * FROM thing ORDER BY id`, [
    { id: 1, count: 2n ** 60n, at, body, tags: ['a', "b'c", '{}'] },
    { id: 2, count: null, at: null, body: null, tags: [] },
  ])
  t.same(await sql.$queryRaw`SELECT array_agg(count) FILTER (WHERE count > ${0n}::bigint) AS counts FROM thing`, [{ counts: [2n ** 60n] }])
})

t.test('a text is a value, never SQL; a piece of SQL brings its own values along', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql } = await open(t, scratch)
  const injected = "x'; DROP TABLE thing; --"
  t.same(await sql.$queryRaw`SELECT ${injected}::text AS text`, [{ text: injected }])
  const piece = (strings: TemplateStringsArray, ...values: unknown[]) => ({ strings, values })
  const inner = piece`n > ${2}::integer AND ${piece`n < ${5}::integer`}`
  t.same(await sql.$queryRaw`SELECT n FROM generate_series(1, ${9}::integer) AS n WHERE ${inner} ORDER BY n DESC LIMIT ${1}`, [{ n: 4 }])
})

t.test('a transaction is all or nothing, and its connection is given back either way', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql, pool } = await open(t, scratch)
  const failure = new Error('no')
  for (let round = 0; round < 5; round += 1) {
    const failing = sql.$transaction(async (tx) => {
      await tx.$executeRaw`INSERT INTO thing (id) VALUES (1)`
      throw failure
    })
    await t.rejects(failing, failure)
  }
  await t.rejects(
    sql.$transaction((tx) => tx.$executeRaw`SELECT nothing`),
    { code: '42703' },
  )
  await sql.$transaction((tx) => tx.$executeRaw`INSERT INTO thing (id) VALUES (7)`)
  t.same(await sql.$queryRaw`SELECT id FROM thing`, [{ id: 7 }])
  t.equal(pool.idleCount, pool.totalCount)
})

t.test('a transaction that lasts too long is rolled back, whatever it waits for', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql } = await open(t, scratch)
  const hanging = sql.$transaction(
    async (tx) => {
      await tx.$executeRaw`INSERT INTO thing (id) VALUES (1)`
      await new Promise(() => {})
    },
    { timeout: 50 },
  )
  await t.rejects(hanging, { message: 'a transaction was not finished after 50 ms' })
  // Waits for the row's lock if the transaction were still open.
  await sql.$executeRaw`INSERT INTO thing (id) VALUES (1)`
})

t.test('what is sent with the commit is part of the transaction: it is there with the rest, or nothing is', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql, pool } = await open(t, scratch)
  await sql.$transaction(async (tx) => {
    for (const id of [1, 2]) tx.$withCommit`INSERT INTO thing (id) VALUES (${id})`
    await tx.$executeRaw`INSERT INTO thing (id) VALUES (3)`
    t.same(await tx.$queryRaw`SELECT id FROM thing`, [{ id: 3 }], 'not before the work is done')
  })
  t.same(await sql.$queryRaw`SELECT id FROM thing ORDER BY id`, [{ id: 1 }, { id: 2 }, { id: 3 }])

  const failing = sql.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO thing (id) VALUES (4)`
    tx.$withCommit`INSERT INTO thing (id) VALUES (1)`
    tx.$withCommit`INSERT INTO thing (id) VALUES (5)`
  })
  await t.rejects(failing, { code: '23505' })
  t.same(await sql.$queryRaw`SELECT id FROM thing WHERE id > 3`, [])
  t.equal(pool.idleCount, pool.totalCount)
})

t.test('a transaction in which a failure went unnoticed does not pass for one that was stored', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { sql } = await open(t, scratch)
  const unnoticed = sql.$transaction(async (tx) => {
    await tx.$executeRaw`INSERT INTO thing (id) VALUES (1)`
    await tx.$executeRaw`INSERT INTO thing (id) VALUES (1)`.catch(() => {})
  })
  await t.rejects(unnoticed, { message: /rolled back/ })
  t.same(await sql.$queryRaw`SELECT id FROM thing`, [])
})

t.test('what a transaction sends without waiting in between leaves in one write', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { pool, sql } = await open(t, scratch)
  let writes = 0
  pool.on('connect', ({ connection: { stream } }) => {
    const counted = (original: (...args: never[]) => void) =>
      function (this: unknown, ...args: never[]) {
        writes += 1
        original.apply(this, args)
      }
    Object.assign(stream, { _write: counted(stream._write), _writev: counted(stream._writev ?? (() => {})) })
  })
  await sql.$queryRaw`SELECT 1`
  writes = 0
  await sql.$transaction(async (tx) => {
    await Promise.all([1, 2, 3].map((id) => tx.$executeRaw`INSERT INTO thing (id) VALUES (${id})`))
    tx.$withCommit`UPDATE thing SET count = 1`
  })
  t.equal(writes, 2, 'BEGIN with three statements, and the last one with COMMIT')
  t.match(await sql.$queryRaw`SELECT sum(count)::integer AS sum FROM thing`, [{ sum: 3 }])
})
