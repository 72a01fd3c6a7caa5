import t from 'tap'
import { v7 as newId } from 'uuid'
import { codeOf, type Gateway, startWorld } from './harness.ts'
import { oneTo, playTurn } from './turn-frames.ts'

interface Event {
  id?: string
  event?: string
  data: Record<string, unknown>
}

/** Reads server-sent events one by one. */
function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const events: Event[] = []
  let rest = ''
  const pump = async (): Promise<boolean> => {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true }
    if (done || value === undefined) return false
    const parts = (rest + value).split('\n\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const fields = Object.fromEntries(
        part.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      )
      if (fields.data) events.push({ ...fields, data: JSON.parse(fields.data) as Event['data'] })
    }
    return true
  }
  return {
    events,
    async until(where: (event: Event) => boolean): Promise<Event> {
      for (;;) {
        const found = events.find(where)
        if (found) return found
        if (!(await pump())) throw new Error(`the stream ended: ${JSON.stringify(events)}`)
      }
    },
    async end(): Promise<void> {
      while (await pump());
    },
    cancel: () => reader?.cancel(),
  }
}

const stream = (gateway: Gateway, token: string, conversationId: string, body: object, headers: Record<string, string> = {}) =>
  gateway.send('POST', `/api/v1/conversations/${conversationId}/turns`, {
    token,
    body,
    headers: { accept: 'text/event-stream', ...headers },
  })

t.test('B2 a turn by REST streams what a socket would be sent, named by type and numbered, and then ends', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const [id, conversationId] = [newId(), newId()]
  const response = await stream(gateway, await world.auth.token(), conversationId, { id, text: 'Hello' })
  t.equal(response.status, 200)
  t.match(response.headers.get('content-type'), 'text/event-stream')
  t.match(response.headers.get('x-request-id'), /^[\da-f-]{36}$/)
  const reading = readEvents(response)
  t.match(await reading.until(({ event }) => event === 'turn.accepted'), { data: { turnId: id, conversationId } })
  const turn = playTurn(world.bus, world.chat, id)
  turn.say(30)
  turn.end()
  await reading.end()
  const frames = reading.events.slice(1)
  t.strictSame(
    frames.map((frame) => Number(frame.id)),
    oneTo(31),
  )
  t.equal(frames.at(-1)?.event, 'turn.completed')
  t.equal(frames.map(({ data }) => (data.type === 'turn.delta' ? data.text : '')).join(''), turn.text)
  t.equal(gateway.deps.connections.size, 0)
})

t.test('B3 a broken stream goes on with Last-Event-ID, on another replica, without gap, repeat or a second turn', async (t) => {
  const world = await startWorld(t)
  const [first, second] = [await world.startGateway(), await world.startGateway()]
  const token = await world.auth.token()
  const [id, conversationId] = [newId(), newId()]
  const before = readEvents(await stream(first, token, conversationId, { id, text: 'Hello' }))
  const turn = playTurn(world.bus, world.chat, id)
  turn.say(10)
  await before.until((event) => event.id === '10')
  await before.cancel()
  turn.say(10)
  const after = readEvents(await stream(second, token, conversationId, { id, text: 'Hello' }, { 'last-event-id': '10' }))
  await after.until((event) => event.id === '20')
  turn.say(10)
  turn.end()
  await after.end()
  t.strictSame(
    after.events.filter((event) => event.id).map((event) => Number(event.id)),
    oneTo(31, 11),
  )
  t.strictSame(world.chat.state.started, [id])
})

t.test('what chat refuses is a problem, not a stream; without the Accept header chat’s own answer passes', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const refused = await stream(gateway, token, newId(), { id: newId(), text: 'too long' })
  t.equal(refused.status, 400)
  t.equal(await codeOf(refused), 'message_too_long')
  const plain = await stream(gateway, token, newId(), { id: newId(), text: 'Hello' }, { accept: 'application/json' })
  t.match(await plain.json(), { method: 'POST', principal: { role: 'user' } })
  const away = await world.startGateway({ CHAT_URL: 'http://127.0.0.1:9' })
  t.equal((await stream(away, token, newId(), { id: newId(), text: 'Hello' })).status, 503)
})

t.test('A-23 bad input to a stream is a 400, an unknown conversation a 404, anonymous a 401', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const good = { id: newId(), text: 'Hello' }
  for (const body of [{}, { ...good, id: 'x' }, { ...good, text: '' }, { ...good, more: 1 }])
    t.equal((await stream(gateway, token, newId(), body)).status, 400)
  t.equal((await stream(gateway, token, newId(), good, { 'last-event-id': 'abc' })).status, 400)
  t.equal((await stream(gateway, token, 'nonsense', good)).status, 404)
  t.equal(
    (await gateway.fetch(`/api/v1/conversations/${newId()}/turns`, { method: 'POST', headers: { accept: 'text/event-stream' }, body: '{' }))
      .status,
    401,
  )
})

t.test('A-4 a ban ends a stream and says why; a client that leaves is not followed any more', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const sub = newId()
  const token = await world.auth.token({ sub })
  const reading = readEvents(await stream(gateway, token, newId(), { id: newId(), text: 'Hello' }))
  await reading.until(({ event }) => event === 'turn.accepted')
  const admin = await world.auth.token({ role: 'admin' })
  await gateway.send('POST', '/api/v1/admin/bans', { token: admin, body: { kind: 'user', subject: sub, reason: 'spam' } })
  t.match(await reading.until(({ event }) => event === 'error'), { data: { error: { code: 'banned' } } })
  await reading.end()
  t.equal(gateway.deps.connections.size, 0)
})
