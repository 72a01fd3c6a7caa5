import { waitFor } from '@parley/testing'
import pg from 'pg'
import t from 'tap'
import { answering } from './fake-ai-router.ts'
import { aUser, startWorld } from './harness.ts'

t.test('B5 a model is shown what was said before, also where the question came while the answer before it was being stored', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const messagesOf = (call: number) => world.aiRouter.calls[call]?.request.messages?.map(({ text }) => text)
  const { body: first } = await chat.ask(user, { text: 'one' })
  await chat.ended(user, first.turnId)
  const { conversationId } = first
  const { body: second } = await chat.ask(user, { conversationId, text: 'two' })
  await chat.ended(user, second.turnId)
  t.same(messagesOf(1), ['one', 'Hello there.', 'two'])

  const other = new pg.Client({ connectionString: world.database.ownerUrl })
  await other.connect()
  t.teardown(() => other.end())
  // As an end that is not committed yet leaves it: the conversation is locked, nobody else sees the answer.
  await world.query("UPDATE message SET status = 'running', text = '' WHERE id = $1", [second.assistantMessageId])
  await other.query('BEGIN')
  await other.query('UPDATE conversation SET last_activity_at = now() WHERE id = $1', [conversationId])
  await other.query("UPDATE message SET status = 'completed', text = 'Stored late.' WHERE id = $1", [second.assistantMessageId])
  world.aiRouter.play(answering('Yes.'))
  const asked = chat.ask(user, { conversationId, text: 'three' })
  await waitFor('the question to wait for the conversation', async () => {
    const [row] = await world.query<{ count: number }>(
      'SELECT count(*)::int AS count FROM pg_locks WHERE NOT granted AND pid IN (SELECT pid FROM pg_stat_activity WHERE datname = current_database())',
    )
    return row !== undefined && row.count > 0
  })
  await other.query('COMMIT')
  await chat.ended(user, (await asked).body.turnId)
  t.same(messagesOf(2), ['one', 'Hello there.', 'two', 'Stored late.', 'three'])
})
