import t from 'tap'
import { v7 as newId } from 'uuid'
import { codeOf, startWorld } from './harness.ts'

t.test('A-20 a socket opens by cookie from our own origin and says who it is for', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const userId = newId()
  const client = await gateway.openSocket({ cookie: await world.auth.token({ sub: userId }) })
  t.match(await client.next('ready'), { userId, connectionId: /^[\da-f-]{36}$/ })
  t.equal(client.socket.protocol, 'parley.v1')
})

t.test('A-20 a foreign or missing Origin is 403, without a session the socket closes with 4401', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const cookie = await world.auth.token()
  t.equal((await gateway.openSocket({ cookie, origin: 'https://evil.test' })).refusedStatus, 403)
  t.equal((await gateway.openSocket({ cookie, origin: null })).refusedStatus, 403)
  t.equal(await (await gateway.openSocket({})).closeCode(), 4401)
  t.equal(await (await gateway.openSocket({ cookie: 'nonsense' })).closeCode(), 4401)
  t.equal(await (await gateway.openSocket({ cookie: await world.auth.token({ expiresIn: -60 }) })).closeCode(), 4401)
})

t.test('A-20 a ticket opens one socket on any replica; used twice, invented or expired it is 401', async (t) => {
  const world = await startWorld(t)
  const [first, second] = [await world.startGateway(), await world.startGateway()]
  const token = await world.auth.token()
  const response = await first.send('POST', '/api/v1/ws-ticket', { token })
  t.equal(response.status, 201)
  const { ticket, expiresIn } = (await response.json()) as { ticket: string; expiresIn: number }
  t.equal(expiresIn, 30)
  const client = await second.openSocket({ ticket, origin: null })
  await client.next('ready')
  t.equal((await second.openSocket({ ticket, origin: null })).refusedStatus, 401)
  t.equal((await first.openSocket({ ticket, origin: null })).refusedStatus, 401)
  t.equal((await first.openSocket({ ticket: 'x'.repeat(5000), origin: null })).refusedStatus, 401)
  t.equal(await codeOf(await first.send('POST', '/api/v1/ws-ticket')), 'unauthenticated')
})

t.test('A-20 one ticket in twenty hands opens one socket', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { ticket } = (await (await gateway.send('POST', '/api/v1/ws-ticket', { token: await world.auth.token() })).json()) as {
    ticket: string
  }
  const clients = await Promise.all(Array.from({ length: 20 }, () => gateway.openSocket({ ticket, origin: null })))
  t.equal(clients.filter(({ refusedStatus }) => refusedStatus === 0).length, 1)
})

t.test('A-20 over 64 KiB closes with 1009, silence with 4408, one socket too many with 4429', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ SOCKETS_PER_USER: '2', SOCKET_SILENCE_MS: '1500' })
  const cookie = await world.auth.token()
  const big = await gateway.openSocket({ cookie })
  const quiet = await gateway.openSocket({ cookie })
  t.equal(await (await gateway.openSocket({ cookie })).closeCode(), 4429)
  big.send(JSON.stringify({ type: 'ping', padding: 'x'.repeat(65_536) }))
  t.equal(await big.closeCode(), 1009)
  const talking = await gateway.openSocket({ cookie })
  const pings = setInterval(() => talking.send({ type: 'ping' }), 200)
  t.equal(await quiet.closeCode(), 4408)
  clearInterval(pings)
  await talking.next('pong')
  t.equal(talking.socket.readyState, talking.socket.OPEN)
})

t.test('A-20 the cap holds for sockets that are opened at once', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ SOCKETS_PER_USER: '2' })
  const cookie = await world.auth.token()
  const clients = await Promise.all(Array.from({ length: 20 }, () => gateway.openSocket({ cookie })))
  const isReady = ({ messages, socket, until }: (typeof clients)[number]) =>
    until('ready or close', () => (messages.length > 0 ? true : socket.readyState === socket.CLOSED ? false : undefined))
  const outcomes = await Promise.all(clients.map(isReady))
  t.equal(outcomes.filter(Boolean).length, 2)
  const refused = clients.filter((_client, index) => !outcomes[index])
  t.ok((await Promise.all(refused.map((client) => client.closeCode()))).every((code) => code === 4429))
})

t.test('A-20 at the expiry of its token a socket closes with 4401, unless a newer token of the session was seen', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const [left, renewed] = [
    { sub: newId(), sid: newId() },
    { sub: newId(), sid: newId() },
  ]
  const ending = await gateway.openSocket({ cookie: await world.auth.token({ ...left, expiresIn: 1 }) })
  const staying = await gateway.openSocket({ cookie: await world.auth.token({ ...renewed, expiresIn: 1 }) })
  await gateway.send('GET', '/api/v1/me', { token: await world.auth.token({ ...renewed, expiresIn: 900 }) })
  t.equal(await ending.closeCode(), 4401)
  staying.send({ type: 'ping' })
  await staying.next('pong')
})

t.test('N-9 a draining gateway closes its sockets with 1012', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const client = await gateway.openSocket({ cookie: await world.auth.token() })
  await client.next('ready')
  const closing = gateway.close()
  t.equal(await client.closeCode(), 1012)
  await closing
})

t.test('a GET without an upgrade is a 400, not a 5xx', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const response = await gateway.send('GET', '/api/v1/ws', { token: await world.auth.token() })
  t.equal(response.status, 400)
  t.equal(await codeOf(response), 'invalid_request')
})
