import { randomUUID } from 'node:crypto'
import pg from 'pg'
import t from 'tap'
import { createTestDatabase } from '../src/index.ts'

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client(url)
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

t.test('each test has a migrated database of its own, which is gone after drop', async (t) => {
  const [one, other] = await Promise.all([createTestDatabase('usage'), createTestDatabase('usage')])
  t.not(one.url, other.url)
  const tables = await query(one.url, "SELECT table_name FROM information_schema.tables WHERE table_schema IN ('public', 'messaging')")
  t.ok(
    tables.some((row) => row.table_name === 'outbox'),
    'the tables of libs/database are there',
  )

  await query(one.ownerUrl, 'CREATE TABLE mark AS SELECT 1 AS one')
  await t.rejects(query(other.url, 'SELECT * FROM mark'), /does not exist/)
  await Promise.all([one.drop(), other.drop()])
  await t.rejects(query(one.url, 'SELECT 1'), /does not exist/)
})

t.test('the service role writes rows and cannot change the schema, as in production', async (t) => {
  const database = await createTestDatabase('usage')
  t.teardown(() => database.drop())
  await t.rejects(query(database.url, `CREATE TABLE t_${randomUUID().slice(0, 8)} (id int)`), /permission denied/)
  await query(database.ownerUrl, 'CREATE TABLE made_later (id int)')
  await query(database.url, 'INSERT INTO made_later VALUES (7)')
  t.same(await query(database.url, 'SELECT id FROM made_later'), [{ id: 7 }])
})
