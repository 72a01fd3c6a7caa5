import t from 'tap'
import { migrate, provision } from '../src/index.ts'
import { createScratch, query } from './scratch.ts'

t.test('I6 the service reads and writes rows and can do nothing else', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await scratch.addMigration('20261121000000_initial', 'CREATE TABLE note (id bigserial PRIMARY KEY, text text NOT NULL);')
  await migrate({ url: scratch.ownerUrl, migrationsDirectory: scratch.migrationsDirectory })

  await query(scratch.url, "INSERT INTO note (text) VALUES ('a'), ('b')")
  await query(scratch.url, "UPDATE note SET text = 'c' WHERE id = 1")
  await query(scratch.url, 'DELETE FROM note WHERE id = 2')
  t.same(await query(scratch.url, 'SELECT text FROM note'), [{ text: 'c' }])
  await query(scratch.url, 'SELECT 1 FROM messaging.outbox')

  const forbidden = [
    'DROP TABLE note',
    'ALTER TABLE note ADD COLUMN more text',
    'CREATE TABLE other (id int)',
    'TRUNCATE note',
    'CREATE SCHEMA other',
  ]
  for (const statement of forbidden) await t.rejects(query(scratch.url, statement), { code: '42501' }, statement)
})

t.test('I6 one service cannot connect to the database of another', async (t) => {
  const [mine, theirs] = [await createScratch(), await createScratch()]
  t.teardown(() => Promise.all([mine.drop(), theirs.drop()]))
  const url = new URL(mine.url)
  url.pathname = new URL(theirs.url).pathname
  await t.rejects(query(url.href, 'SELECT 1'), { code: '42501' })
})

t.test('provisioning may be repeated, by many at once, and changes passwords', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { adminUrl, database } = scratch
  const passwords = { ownerPassword: 'another owner password', password: 'another service password' }
  const results = await Promise.all(Array.from({ length: 4 }, () => provision({ adminUrl, database, ...passwords })))
  for (const { url, ownerUrl } of results) {
    t.same(await query(url, 'SELECT 1 AS one'), [{ one: 1 }])
    t.same(await query(ownerUrl, 'SELECT 1 AS one'), [{ one: 1 }])
  }
  await t.rejects(query(scratch.url, 'SELECT 1'), { code: '28P01' }, 'the old password is void')
})

t.test('a name that would need quoting is refused before anything happens', async (t) => {
  const passwords = { ownerPassword: 'a', password: 'b' }
  for (const database of ['Parley', 'a b', 'a;drop', '', '1a', 'a'.repeat(57)]) {
    await t.rejects(provision({ adminUrl: 'postgresql://127.0.0.1:1/postgres', database, ...passwords }), /cannot be a database name/)
  }
})
