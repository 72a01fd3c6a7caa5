import { randomUUID } from 'node:crypto'
import type { chatApi } from '@parley/contracts'
import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { aUser, type Chat, startWorld } from './harness.ts'

interface Page {
  items: chatApi.Conversation[]
  nextCursor: string | null
}

const create = async (chat: Chat, user: ReturnType<typeof aUser>, title: string) =>
  (await chat.call<{ conversation: chatApi.Conversation }>('POST', '/api/v1/conversations', user, { title })).body.conversation

t.test('a list leads through all conversations of a user, newest activity first, none missing and none twice', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const stranger = aUser()
  for (let index = 0; index < 7; index += 1) await create(chat, user, `Conversation ${index}`)
  await create(chat, stranger, 'Not yours')
  // All at one moment: the id decides.
  await world.query('UPDATE conversation SET last_activity_at = date_trunc($1, now())', ['hour'])
  const [newest] = (await chat.call<Page>('GET', '/api/v1/conversations', user)).body.items
  await chat.ask(user, { conversationId: newest?.id })

  const seen: chatApi.Conversation[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = cursor === '' ? '' : `&cursor=${cursor}`
    const { body } = await chat.call<Page>('GET', `/api/v1/conversations?limit=3${query}`, user)
    t.ok(body.items.length <= 3)
    seen.push(...body.items)
    cursor = body.nextCursor
  }
  t.equal(seen.length, 7)
  t.equal(new Set(seen.map(({ id }) => id)).size, 7)
  t.equal(seen[0]?.id, newest?.id)
  const order = seen.map(({ updatedAt, id }) => `${updatedAt} ${id}`)
  t.same(order, [...order].sort().reverse())
})

t.test('conversations are found by title, and archived or pinned ones apart', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const plans = await create(chat, user, '100% of the plans')
  const notes = await create(chat, user, 'Notes')
  await chat.call('PATCH', `/api/v1/conversations/${notes.id}`, user, { archived: true, pinned: true })

  const titles = async (query: string) =>
    (await chat.call<Page>('GET', `/api/v1/conversations${query}`, user)).body.items.map(({ title }) => title)
  t.same(await titles(''), ['100% of the plans'])
  t.same(await titles('?archived=true'), ['Notes'])
  t.same(await titles('?archived=true&pinned=false'), [])
  t.same(await titles('?q=100%25'), ['100% of the plans'])
  t.same(await titles('?q=1_0'), [])
  t.same(await titles('?q=PLANS&pinned=false'), [plans.title])
})

t.test('renaming, pinning and archiving change what they name and nothing else', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const before = await create(chat, user, 'Before')
  const patch = async (body: object) =>
    (await chat.call<{ conversation: chatApi.Conversation }>('PATCH', `/api/v1/conversations/${before.id}`, user, body)).body.conversation
  t.same(await patch({ title: 'After' }), { ...before, title: 'After' })
  t.same(await patch({ pinned: true, model: 'gpt-test' }), { ...before, title: 'After', pinned: true, model: 'gpt-test' })
  t.same(await patch({ model: null }), { ...before, title: 'After', pinned: true })
  t.match(await chat.call('PATCH', `/api/v1/conversations/${before.id}`, user, { color: 'red' }), { status: 400 })
})

t.test("somebody else's conversation is as good as none", async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const { id } = await create(chat, aUser(), 'Mine')
  const stranger = aUser()
  const calls = [
    chat.call('GET', `/api/v1/conversations/${id}`, stranger),
    chat.call('PATCH', `/api/v1/conversations/${id}`, stranger, { title: 'Yours' }),
    chat.call('DELETE', `/api/v1/conversations/${id}`, stranger),
    chat.call('GET', `/api/v1/conversations/${id}/messages`, stranger),
    chat.call('POST', `/api/v1/conversations/${id}/turns`, stranger, { id: randomUUID(), text: 'Hi' }),
    chat.call('GET', `/api/v1/conversations/${randomUUID()}`, stranger),
  ]
  for (const answer of await Promise.all(calls)) t.match(answer, { status: 404, body: { code: 'conversation_not_found' } })
  t.same(await world.query('SELECT title FROM conversation'), [{ title: 'Mine' }])
})

t.test('deleting a conversation takes everything with it and ends the answer being written', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  world.aiRouter.play(async (call) => {
    call.text('still writing')
    await call.gone
  })
  const id = randomUUID()
  const reader = world.follow(id)
  const { body } = await chat.ask(user, { id })
  await reader.untilText('still writing')
  const done = chat.deps.running.find(id)?.done

  t.equal((await chat.call('DELETE', `/api/v1/conversations/${body.conversationId}`, user)).status, 204)
  await done
  await world.aiRouter.calls[0]?.gone
  for (const table of ['conversation', 'message', 'turn']) t.same(await world.query(`SELECT id FROM ${table}`), [])
  t.match(await world.eventsOf(id), [{ subject: 'evt.chat.turn.stopped.v1', payload: { turnId: id } }])
})

t.test('R-4 a question that is being stored while its conversation is deleted ends with it, and is told to have ended', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const { body: first } = await chat.ask(user)
  await chat.ended(user, first.turnId)
  const pool = openPool({ url: world.database.ownerUrl, applicationName: 'asking' })
  t.teardown(() => pool.end())
  const asking = await pool.connect()
  const { conversationId } = first
  const [turnId, question, answer] = [randomUUID(), randomUUID(), randomUUID()]

  await asking.query('BEGIN')
  await asking.query('SELECT FROM conversation WHERE id = $1 FOR UPDATE', [conversationId])
  const { rows } = await asking.query<{ xid: string }>('SELECT pg_current_xact_id()::text AS xid')
  const deleting = chat.call('DELETE', `/api/v1/conversations/${conversationId}`, user)
  await waitFor('the deletion to wait for the question', async () => {
    const waiting = await world.query('SELECT FROM pg_locks WHERE NOT granted AND transactionid::text = $1', [rows[0]?.xid])
    return waiting.length > 0
  })
  const insertMessage = `INSERT INTO message (id, conversation_id, role, text, status) VALUES ($1, $2, $3, '', $4)`
  await asking.query(insertMessage, [question, conversationId, 'user', 'completed'])
  await asking.query(insertMessage, [answer, conversationId, 'assistant', 'running'])
  await asking.query(
    `INSERT INTO turn (id, user_id, conversation_id, user_message_id, assistant_message_id, request_hash, plan, model, status, slot, lease_until)
     VALUES ($1, $2, $3, $4, $5, '', 'free', 'auto', 'running', 1, now() + interval '1 minute')`,
    [turnId, user.userId, conversationId, question, answer],
  )
  await asking.query('COMMIT')
  asking.release()

  t.equal((await deleting).status, 204)
  for (const table of ['conversation', 'message', 'turn']) t.same(await world.query(`SELECT id FROM ${table}`), [])
  t.match(await world.eventsOf(turnId), [{ subject: 'evt.chat.turn.stopped.v1', payload: { turnId } }])
})

t.test('input that is no input of this API is a 400, never a 5xx', async (t) => {
  const world = await startWorld(t)
  const chat = await world.startChat()
  const user = aUser()
  const answers = await Promise.all([
    chat.call('GET', '/api/v1/conversations?cursor=nonsense', user),
    chat.call('GET', '/api/v1/conversations?limit=0', user),
    chat.call('GET', '/api/v1/conversations?q=%00', user),
    chat.call('GET', '/api/v1/conversations/not-a-uuid', user),
    chat.call('POST', '/api/v1/conversations', user, { title: 'a\0b' }),
    chat.call('POST', '/api/v1/conversations', user, { title: 7 }),
    chat.call('POST', '/internal/turns', user, { id: 'x', conversationId: null, text: 'Hi' }),
  ])
  for (const answer of answers) t.match(answer, { status: 400, body: { code: 'invalid_request' } })
})
