import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { createMigration, migrate } from '../src/index.ts'
import { createScratch, query, type Scratch } from './scratch.ts'

const apply = ({ ownerUrl: url, migrationsDirectory }: Scratch) => migrate({ url, migrationsDirectory })

t.test("the library's tables come first, then the service's, each once", async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await scratch.addMigration('20261121000000_initial', 'CREATE TABLE note (event_id uuid REFERENCES messaging.outbox (id));')
  t.same(await apply(scratch), { applied: ['20261120000000_messaging', '20261121000000_initial'] })
  t.same(await apply(scratch), { applied: [] })
  await scratch.addMigration('20261122000000_more', 'ALTER TABLE note ADD COLUMN text text;')
  t.same(await apply(scratch), { applied: ['20261122000000_more'] })
})

t.test('several processes may migrate at once: every migration is applied once', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await scratch.addMigration('20261121000000_initial', 'CREATE TABLE note (id int);')
  const results = await Promise.all([apply(scratch), apply(scratch), apply(scratch)])
  t.equal(results.flatMap((result) => result.applied).length, 2)
})

t.test('scripts are sent whole: functions, DO blocks and semicolons in text survive', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await scratch.addMigration(
    '20261121000000_initial',
    `CREATE TABLE note (text text); -- a comment; with a semicolon
     INSERT INTO note VALUES ('one; two');
     CREATE FUNCTION shout(word text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN upper(word); END; $$;
     DO $$ BEGIN INSERT INTO note VALUES (shout('three')); END; $$;`,
  )
  await apply(scratch)
  t.same(await query(scratch.url, 'SELECT text FROM note'), [{ text: 'one; two' }, { text: 'THREE' }])
})

t.test('a migration that fails says why, leaves nothing behind, and can be mended and repeated', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await scratch.addMigration('20261121000000_initial', 'CREATE TABLE note (id int); CREATE TABLE note (id int);')
  await t.rejects(apply(scratch), /already exists[\s\S]*20261121000000_initial/)
  t.same(await query(scratch.ownerUrl, "SELECT to_regclass('note') AS note"), [{ note: null }])
  await t.rejects(apply(scratch), /already exists/, 'and says it again as long as it is not mended')
  await scratch.addMigration('20261121000000_initial', 'CREATE TABLE note (id int);')
  t.same(await apply(scratch), { applied: ['20261121000000_initial'] })
})

t.test('a new migration is the difference between schema.prisma and the migrations so far', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const { adminUrl, serviceDirectory } = scratch
  const writeSchema = async (fields: string) => {
    await mkdir(join(serviceDirectory, 'prisma'), { recursive: true })
    const schema = `datasource db {\n  provider = "postgresql"\n}\n\nmodel Note {\n  id String @id @db.Uuid\n${fields}  @@map("note")\n}\n`
    await writeFile(join(serviceDirectory, 'prisma/schema.prisma'), schema)
  }
  const create = (name: string, timestamp?: string) => createMigration({ adminUrl, serviceDirectory, name, timestamp })

  await writeSchema('')
  const initial = await create('initial', '20261121000000')
  t.equal(initial, join(serviceDirectory, 'prisma/migrations/20261121000000_initial/migration.sql'))
  t.equal(await create('again'), null, 'nothing changed')
  await writeSchema('  title String?\n')
  const second = await create('add_title')
  t.match(await readFile(second ?? '', 'utf8'), /ALTER TABLE "note" ADD COLUMN\s+"title" TEXT;/)
  t.equal((await apply(scratch)).applied.length, 3)
  await t.rejects(create('Bad Name'), /cannot name a migration/)
})
