import t from 'tap'
import { createSql, openPool, untilDurable } from '../src/index.ts'
import { createScratch, query } from './scratch.ts'

t.test('F-8 what was committed without waiting for the disk is on it once it is waited for', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  await query(scratch.ownerUrl, 'CREATE TABLE thing (id integer)')
  await query(scratch.ownerUrl, `GRANT SELECT, INSERT ON thing TO ${scratch.database}`)
  const pool = openPool({ url: scratch.url, applicationName: 'durable', poolSize: 2 })
  t.teardown(() => pool.end())
  const sql = createSql(pool)

  await sql.$executeRaw`
    INSERT INTO thing SELECT n FROM generate_series(1, 1000) AS n, (SELECT set_config('synchronous_commit', 'off', true)) AS setting`
  const [commit] = await sql.$queryRaw<{ end: string }[]>`SELECT pg_current_wal_insert_lsn() AS end`
  await untilDurable(sql)
  const [state] = await sql.$queryRaw<{ isFlushed: boolean }[]>`SELECT pg_current_wal_flush_lsn() >= ${commit?.end}::pg_lsn AS "isFlushed"`
  t.same(state, { isFlushed: true })
})
