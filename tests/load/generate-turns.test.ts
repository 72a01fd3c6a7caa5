import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { WebSocketServer } from 'ws'
import { generateTurns } from './generate-turns.ts'

t.test('a gateway that closes its sockets is told as such, and keeps nobody from coming to an end', async (t) => {
  const gateway = new WebSocketServer({ port: 0, host: '127.0.0.1' })
  t.teardown(() => gateway.close())
  await once(gateway, 'listening')
  gateway.on('connection', (socket) => {
    socket.send('{"type":"ready"}')
    socket.on('message', () => socket.close(1011))
  })
  const { port } = gateway.address() as AddressInfo
  const order = { kind: 'turns' as const, accessTokens: ['one', 'two'], tokens: 5, rate: 50, rounds: 2, rampMs: 0 }
  const figures = await generateTurns({ ...order, url: `http://127.0.0.1:${port}` })
  t.equal(figures.completed, 0)
  t.strictSame(figures.failures, { 'closed 1011': 2, 'closed before': 2 })
})
