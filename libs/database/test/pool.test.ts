import t from 'tap'
import { openPool } from '../src/index.ts'
import { createScratch, query } from './scratch.ts'

t.test('I6 the pool has the promised settings, and a statement that hangs is cancelled', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const pool = openPool({ url: scratch.url, applicationName: 'chat', statementTimeoutMs: 200 })
  t.teardown(() => pool.end())
  const { max, min, idleTimeoutMillis, maxLifetimeSeconds, connectionTimeoutMillis } = pool.options
  t.same(
    { max, min, idleTimeoutMillis, maxLifetimeSeconds, connectionTimeoutMillis },
    { max: 20, min: 5, idleTimeoutMillis: 60_000, maxLifetimeSeconds: 1_800, connectionTimeoutMillis: 5_000 },
  )
  const { rows } = await pool.query<{ name: string }>("SELECT current_setting('application_name') AS name")
  t.equal(rows[0]?.name, 'chat')
  await t.rejects(pool.query('SELECT pg_sleep(5)'), { code: '57014' })
})

t.test('F-8 a pool whose idle connections are cut reports it and opens new ones', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const cut = Promise.withResolvers<Error>()
  const pool = openPool({ url: scratch.url, applicationName: 'cut off', onIdleError: cut.resolve })
  t.teardown(() => pool.end())
  await pool.query('SELECT 1')
  await query(scratch.adminUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${scratch.database}'`)
  t.match(await cut.promise, { code: '57P01' })
  t.same((await pool.query('SELECT 1 AS one')).rows, [{ one: 1 }])
})

t.test('F-8 a borrowed connection that is cut ends no process, and its next statement reports the loss', async (t) => {
  const scratch = await createScratch()
  t.teardown(() => scratch.drop())
  const pool = openPool({ url: scratch.url, applicationName: 'borrowed' })
  t.teardown(() => pool.end())
  const client = await pool.connect()
  const gone = new Promise((resolve) => client.once('end', resolve))
  await query(scratch.adminUrl, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${scratch.database}'`)
  await gone
  await t.rejects(client.query('SELECT 1'))
  client.release()
  t.same((await pool.query('SELECT 1 AS one')).rows, [{ one: 1 }])
})
