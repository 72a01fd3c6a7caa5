import { openPool } from '@parley/database'
import t from 'tap'
import { aUser, startWorld } from './harness.ts'
import { choose, countOf, retentionCommand, seed } from './old-conversations.ts'

// Writing that many messages takes its time on a busy machine.
t.setTimeout(150_000)

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
  t.ok((output.match(/^so far/gm) ?? []).length >= 200, 'a transaction deletes 500 messages at most')
  t.ok(longestMs > 0 && longestMs < 1000, `the longest transaction took ${Math.round(longestMs)} ms`)
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message')], [20, 200])
})
