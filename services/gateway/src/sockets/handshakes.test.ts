import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import t from 'tap'
import { createHandshakes, type HandshakesOptions } from './handshakes.ts'

/** A server whose handshakes the test ends one by one. */
async function world(options: HandshakesOptions) {
  const server = createServer()
  const handshakes = createHandshakes(options)
  handshakes.paceUpgradesOf(server)
  const underWay: { request: IncomingMessage; socket: Socket }[] = []
  let changed = Promise.withResolvers<void>()
  handshakes.paced.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    socket.on('error', () => undefined)
    underWay.push({ request, socket })
    changed.resolve()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  const clients: Socket[] = []
  t.teardown(() => {
    for (const client of clients) client.destroy()
    for (const { socket } of underWay) socket.destroy()
    server.close()
  })
  return {
    ...{ server, handshakes, underWay },
    /** Sends a handshake and waits until the server has it. */
    async knock(): Promise<Socket> {
      const client = connect(port, '127.0.0.1')
      client.on('error', () => undefined)
      clients.push(client)
      const arrived = once(server, 'upgrade')
      client.write('GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      await arrived
      return client
    },
    async until(count: number): Promise<void> {
      while (underWay.length < count) {
        await changed.promise
        changed = Promise.withResolvers<void>()
      }
    },
  }
}

const turnOfTheLoop = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

t.test('handshakes are let in a few at a time, in their order, as others are done', async (t) => {
  const { handshakes, underWay, knock, until } = await world({ atOnce: 2, maxWaiting: 10 })
  for (let i = 0; i < 5; i++) await knock()
  await until(2)
  await turnOfTheLoop()
  t.equal(underWay.length, 2)
  const [first, second] = underWay
  t.ok(first && handshakes.isAdmitted(first.request))
  if (first) handshakes.opened(first.request)
  t.notOk(first && handshakes.isAdmitted(first.request), 'an open socket counts no more')
  await until(3)
  second?.socket.destroy()
  await until(4)
  await turnOfTheLoop()
  t.equal(underWay.length, 4, 'a refused one makes room when its connection closes')
})

t.test('who goes away while waiting is left out', async (t) => {
  const { handshakes, underWay, knock, until } = await world({ atOnce: 1, maxWaiting: 10 })
  await knock()
  await until(1)
  const leaving = await knock()
  const staying = await knock()
  const gone = once(leaving, 'close')
  leaving.destroy()
  await gone
  await turnOfTheLoop()
  const [first] = underWay
  if (first) handshakes.opened(first.request)
  await until(2)
  t.equal(underWay[1]?.socket.remotePort, staying.localPort)
})

t.test('beyond the longest queue a handshake is answered 503 with Retry-After', async (t) => {
  const { knock, until } = await world({ atOnce: 1, maxWaiting: 1 })
  await knock()
  await until(1)
  await knock()
  const refused = await knock()
  const [answer] = (await once(refused, 'data')) as [Buffer]
  t.match(answer.toString(), /^HTTP\/1\.1 503 .*Retry-After: \d/s)
})
