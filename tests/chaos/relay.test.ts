import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import t, { type Test } from 'tap'
import { startRelay } from './relay.ts'

/** A server that says everything back, behind a relay. */
async function world(t: Test) {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy()).pipe(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const relay = await startRelay({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  t.teardown(async () => {
    await relay.close()
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const open = () => connect({ host: '127.0.0.1', port: relay.port }).setEncoding('utf8')
  return { relay, open }
}

async function echo(socket: Socket, text: string): Promise<string> {
  const heard = once(socket, 'data')
  socket.write(text)
  return (await heard)[0]
}

t.test('a relay hands on what is sent', async (t) => {
  const { open } = await world(t)
  t.equal(await echo(open(), 'hello'), 'hello')
})

t.test('cut: connections are reset, new ones too, until it is healed', async (t) => {
  const { relay, open } = await world(t)
  const socket = open()
  await echo(socket, 'hello')
  relay.cut()
  const [error] = await once(socket, 'error')
  t.equal(error.code, 'ECONNRESET')
  await once(open(), 'error')
  relay.heal()
  t.equal(await echo(open(), 'again'), 'again')
})

t.test('stalled: nothing flows and nothing is closed, and all of it arrives when it is healed', async (t) => {
  const { relay, open } = await world(t)
  const [before, during] = [open(), open()]
  await echo(before, 'hello')
  relay.stall()
  const heard: string[] = []
  const later = open()
  for (const socket of [before, during, later]) {
    socket.on('data', (text: string) => heard.push(text))
    socket.write('held back')
  }
  await once(later, 'connect')
  const other = await world(t)
  await echo(other.open(), 'a round trip elsewhere')
  t.same(heard, [])
  relay.heal()
  while (heard.length < 3) await new Promise(setImmediate)
  t.same(heard, ['held back', 'held back', 'held back'])
})
