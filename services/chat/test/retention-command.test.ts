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
  // As the service's role: others do not see what it is doing.
  const watcher = openPool({ url: world.database.url, applicationName: 'watcher' })
  const deleting = async (state: string) =>
    (await watcher.query(`SELECT FROM pg_stat_activity WHERE application_name = 'chat-retention' AND ${state}`)).rowCount ?? 0
  const client = await other.connect()
  // One message of every conversation is held, so that the first transaction that deletes stops in its middle.
  await client.query('BEGIN')
  await client.query('SELECT FROM message WHERE depth = 1 FOR UPDATE')
  const doomed = retentionCommand(world)
  t.teardown(async () => {
    doomed.kill()
    await Promise.all([other.end(), watcher.end()])
  })
  await waitFor('a transaction that waits in its middle', async () => (await deleting("wait_event_type = 'Lock'")) > 0).finally(() => {
    doomed.kill()
    client.release(true)
  })
  t.match(await doomed.ended, { code: null })
  await waitFor('its transaction to be undone', async () => (await deleting("state <> 'idle'")) === 0)
  t.equal(await countOf(world, 'message'), 4000, 'the batch was undone as a whole')
  t.equal(await countOf(world, 'conversation', 'user_id = $1', [user.userId]), 200, 'the others have lost nothing')

  t.match(await retentionCommand(world).ended, { code: 1, output: /Another process is deleting/ }, 'its lease has not ended yet')
  await world.query('UPDATE retention_round SET lease_until = now()')
  t.match(await retentionCommand(world).ended, { code: 0, output: /Deleted: 400 conversations with 4000 messages of 1 users/ })
  t.same([await countOf(world, 'conversation'), await countOf(world, 'message'), await countOf(world, 'turn')], [0, 0, 0])
})
