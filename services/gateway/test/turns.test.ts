import { liveTurnSubject, liveUserSubject } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startWorld } from './harness.ts'
import { oneTo, playTurn } from './turn-frames.ts'

t.test('turn.start is accepted by chat in the user’s name, and its frames arrive byte by byte as chat made them', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const userId = newId()
  const client = await gateway.openSocket({ cookie: await world.auth.token({ sub: userId, plan: 'pro', sid: 's-1' }) })
  const raw: string[] = []
  client.socket.on('message', (data) => raw.push(String(data)))
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello', model: 'auto' })
  const accepted = await client.next('turn.accepted')
  t.match(accepted, { turnId: id, conversationId: String, userMessageId: String, assistantMessageId: String })
  const asked = world.chat.seen.find(({ url }) => url === '/internal/turns')
  t.strictSame(asked?.body, { id, conversationId: null, text: 'Hello', model: 'auto' })
  t.strictSame(asked?.principal, { userId, role: 'user', plan: 'pro', sessionId: 's-1' })

  const odd = `{"type":"turn.delta","turnId":"${id}","seq":1,"text":"a\\u00e4 \\"fromSeq\\":7 \\n"}`
  world.bus.connection.publish(liveTurnSubject(id), odd)
  await client.next('turn.delta')
  t.equal(raw.at(-1), odd)
})

t.test('frames sent before chat has answered the start are neither lost nor before turn.accepted', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  world.chat.state.onStart = async (turnId) => {
    playTurn(world.bus, world.chat, turnId).say(20)
    await world.bus.connection.flush()
  }
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await client.next('turn.delta', ({ seq }) => seq === 20)
  t.strictSame(client.textOf(id).seqs, oneTo(20))
  t.strictSame(
    client.messages.slice(0, 3).map(({ type }) => type),
    ['ready', 'turn.accepted', 'turn.delta'],
  )
})

t.test('a start sent twice is one turn, and what was missed of it comes all the same', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  const start = { type: 'turn.start', id: newId(), conversationId: null, text: 'Hello' }
  const first = await gateway.openSocket({ cookie })
  first.send(start)
  await first.next('turn.accepted')
  const turn = playTurn(world.bus, world.chat, start.id)
  turn.say(5)
  turn.end()
  await first.next('turn.completed')
  const second = await gateway.openSocket({ cookie })
  second.send(start)
  await second.next('turn.completed')
  t.strictSame(second.textOf(start.id), { seqs: oneTo(6), text: turn.text })
  t.strictSame(world.chat.state.started, [start.id])
})

t.test('a refusal of chat becomes an error with its code and the turn’s id', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'too long' })
  t.match(await client.next('error'), { id, error: { code: 'message_too_long', message: 'Message too long, please shorten it.' } })
})

t.test('F-14 a start that chat does not answer in time is refused with a code that turns may have: service_busy', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  world.chat.state.onStart = async () => {
    throw Object.assign(new Error('too slow'), { statusCode: 504, code: 'timeout' })
  }
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  t.match(await client.next('error'), { id, error: { code: 'service_busy', retryAfter: 1 } })
})

t.test('F-8 without chat a start is refused with service_busy within seconds, and the socket stays', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ CHAT_URL: 'http://127.0.0.1:9' })
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  t.match(await client.next('error'), { id, error: { code: 'service_busy', retryAfter: 1 } })
  client.send({ type: 'ping' })
  await client.next('pong')
})

t.test('turn.stop goes to chat; a turn of somebody else is not found', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const id = newId()
  client.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await client.next('turn.accepted')
  client.send({ type: 'turn.stop', turnId: id })
  await waitFor('the stop at chat', () => world.chat.countOf('POST', `/api/v1/turns/${id}/stop`) === 1)
  const foreign = await gateway.openSocket({ cookie: await world.auth.token() })
  foreign.send({ type: 'turn.stop', turnId: id })
  t.match(await foreign.next('error'), { id, error: { code: 'turn_not_found' } })
})

t.test('A-23 malformed, unknown, binary and oversized fields are answered with invalid_request; the socket stays', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  const id = newId()
  const bad: unknown[] = [
    '{"type"',
    '[]',
    'null',
    '"text"',
    { type: 'turn.dance', id },
    { type: 'turn.start', id: 'nonsense', conversationId: null, text: 'x' },
    { type: 'turn.start', id, conversationId: null, text: 'x', admin: true },
    { type: 'turn.start', id, text: 'x' },
    { type: 'turn.resume', turnId: id, afterSeq: -1 },
    `{"type":"turn.resume","turnId":"${id}","afterSeq":1e999}`,
  ]
  for (const message of bad) client.send(message)
  client.socket.send(Buffer.from([1, 2, 3]))
  const errors = await client.until('all errors', () => {
    const found = client.messages.filter((message) => message.type === 'error')
    return found.length === bad.length + 1 ? found : undefined
  })
  for (const { error } of errors) t.equal(error.code, 'invalid_request')
  t.equal(errors.filter((error) => error.id === id).length, 5)
  client.send({ type: 'ping' })
  await client.next('pong')
  t.equal(world.chat.seen.length, 0)
})

t.test('notices for a user reach every socket of that user and nobody else’s', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const sub = newId()
  const mine = await Promise.all([
    gateway.openSocket({ cookie: await world.auth.token({ sub }) }),
    gateway.openSocket({ cookie: await world.auth.token({ sub }) }),
  ])
  const other = await gateway.openSocket({ cookie: await world.auth.token() })
  await Promise.all([...mine, other].map((client) => client.next('ready')))
  await gateway.deps.bus.connection.flush()
  world.bus.connection.publish(liveUserSubject(sub), '{"type":"usage","usage":{"left":3}}')
  for (const client of mine) t.match(await client.next('usage'), { usage: { left: 3 } })
  other.send({ type: 'ping' })
  await other.next('pong')
  t.notOk(other.messages.some(({ type }) => type === 'usage'))
})
