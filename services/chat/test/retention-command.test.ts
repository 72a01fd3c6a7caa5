import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { choose, countOf, retentionCommand, seed } from './old-conversations.ts'

t.test('G-3 a dry run tells what would be deleted and changes nothing', async (t) => {
  const world = await startWorld(t)
  const [user, second, keeping] = [aUser(), aUser(), aUser()]
  await Promise.all([choose(world, user), choose(world, second), choose(world, keeping, 'keep')])
  await seed(world, user, { conversations: 4, turns: 3 })
  await seed(world, second, { conversations: 1, turns: 1 })
  await seed(world, keeping, { conversations: 2, turns: 1 })
  const everything = async () => {
    const tables = ['conversation', 'message', 'turn', 'retention_choice', 'retention_round']
    return Promise.all(tables.map((table) => world.query(`SELECT t.*, t.xmin::text FROM ${table} t ORDER BY 1`)))
  }
  const before = await everything()
  const { code, output } = await retentionCommand(world, '--dry-run').ended
  t.match(output, /Would delete: 5 conversations with 26 messages of 2 users\. Nothing was changed\./)
  t.equal(code, 0)
  t.same(await everything(), before)

  t.match(await retentionCommand(world).ended, { code: 0, output: /Deleted: 5 conversations with 26 messages of 2 users\./ })
  t.equal(await countOf(world, 'conversation'), 2)
})

t.test('G-3 killed in the middle of a batch it leaves whole conversations, and the next run deletes the rest', async (t) => {
  const world = await startWorld(t)
  const user = aUser()
  await choose(world, user)
  // Two batches of conversations, each with more messages than one transaction deletes.
  await seed(world, user, { conversations: 400, turns: 5 })
  const other = openPool({ url: world.database.ownerUrl, applicationName: 'test' })
  t.teardown(() => other.end())
  const client = await other.connect()
  await client.query('BEGIN')
  // One message of every conversation is held, so that the first transaction that deletes stops in its middle.
  await client.query('SELECT FROM message WHERE depth = 1 FOR UPDATE')
  const doomed = retentionCommand(world)
  await waitFor('a transaction that waits in its middle', async () => {
    const waiting = await world.query("SELECT FROM pg_stat_activity WHERE query LIKE '%DELETE FROM message%' AND wait_event_type = 'Lock'")
    return waiting.length > 0
  })
  doomed.kill()
  t.match(await doomed.ended, { code: null })
  await client.query('ROLLBACK')
  client.release()

  await waitFor('its transaction to be rolled back', async () => {
    const open = await world.query(
      "SELECT FROM pg_stat_activity WHERE query LIKE '%DELETE FROM message%' AND state <> 'idle' AND pid <> pg_backend_pid()",
    )
    return open.length === 0
  })
  t.equal(await countOf(world, 'message'), 4000, 'the batch was undone as a whole')
  t.equal(await countOf(world, 'conversation', 'user_id = $1', [user.userId]), 200, 'the others have lost nothing')

  t.match(await retentionCommand(world).ended, { code: 1, output: /Another process is deleting/ }, 'its lease has not ended yet')
  await world.query('UPDATE retention_round SET lease_until = now()')
  t.match(await retentionCommand(world).ended, { code: 0, output: /Deleted: 400 conversations with 4000 messages of 1 users/ })
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message'), await countOf(world, 'turn')], [0, 0, 0])
})

t.test('G-3 100,000 messages are deleted without a lock held over 1 s, and in batches', async (t) => {
  const world = await startWorld(t)
  const [user, hoarder, keeping] = [aUser(), aUser(), aUser()]
  await Promise.all([choose(world, user), choose(world, hoarder)])
  for (let part = 0; part < 6; part += 1) await seed(world, user, { conversations: 300, turns: 25 })
  await seed(world, hoarder, { conversations: 1, turns: 5000 })
  await seed(world, keeping, { conversations: 20, turns: 5 })
  await world.query('ANALYZE')
  // As the service's role: others do not see how long its transactions are open.
  const watcher = openPool({ url: world.database.url, applicationName: 'watcher' })
  t.teardown(() => watcher.end())
  let longestMs = 0
  let isRunning = true
  async function watch(): Promise<void> {
    while (isRunning) {
      const { rows } = await watcher.query<{ ms: number | null }>(
        `SELECT max(extract(epoch FROM clock_timestamp() - xact_start) * 1000)::float AS ms
         FROM pg_stat_activity WHERE application_name = 'chat-retention' AND state <> 'idle'`,
      )
      longestMs = Math.max(longestMs, rows[0]?.ms ?? 0)
    }
  }
  const watching = watch()
  const { code, output } = await retentionCommand(world).ended
  isRunning = false
  await watching

  t.match(output, /Deleted: 1801 conversations with 100000 messages of 2 users\./)
  t.equal(code, 0)
  t.ok((output.match(/^so far/gm) ?? []).length >= 100, 'a transaction deletes 1,000 messages at most')
  t.ok(longestMs > 0 && longestMs < 1000, `the longest transaction took ${Math.round(longestMs)} ms`)
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message')], [20, 200])
})
