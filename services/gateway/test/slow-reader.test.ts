import { connect, type Socket } from 'node:net'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { startWorld } from './harness.ts'
import { oneTo, playTurn } from './turn-frames.ts'

const BUFFER_BYTES = 200_000

/** Opens a connection by hand, so that nothing is read unless the test says so. */
async function connectByHand(url: string, request: string[]): Promise<Socket> {
  const { port, hostname } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => undefined)
  socket.write(`${request.join('\r\n')}\r\n\r\n`)
  await new Promise((resolve) => socket.once('data', resolve))
  socket.pause()
  return socket
}

t.test('A-20 a reader that does not read is cut off at a bounded buffer; others of the same turn do not notice', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ SOCKET_BUFFER_BYTES: String(BUFFER_BYTES) })
  const cookie = await world.auth.token()
  const good = await gateway.openSocket({ cookie })
  const id = newId()
  good.send({ type: 'turn.start', id, conversationId: null, text: 'Hello' })
  await good.next('turn.accepted')

  const slow = await gateway.openSocket({ cookie })
  slow.send({ type: 'turn.resume', turnId: id, afterSeq: 0 })
  await waitFor('the resume', () => world.chat.countOf('GET', `/api/v1/turns/${id}`) === 1)
  slow.socket.pause()
  const turn = playTurn(world.bus, world.chat, id)
  const filler = 'x'.repeat(50_000)
  let seq = 0
  let isGone = false
  slow.socket.once('close', () => {
    isGone = true
  })
  // The system's own buffers swallow some megabytes first.
  await waitFor('the cut', async () => {
    for (let i = 0; i < 20; i++) turn.publish({ type: 'turn.delta', turnId: id, seq: ++seq, text: filler })
    await good.next('turn.delta', (delta) => delta.seq === seq)
    return gateway.deps.connections.size === 1
  })
  slow.socket.resume()
  t.strictSame(good.textOf(id).seqs, oneTo(seq))
  await waitFor('the close', () => isGone)
  const metrics = await (await gateway.fetch('/metrics')).text()
  t.match(metrics, /gateway_slow_readers_total\{kind="socket"\} [1-9]/)
})

t.test('A-20 the same holds for an event stream', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ SOCKET_BUFFER_BYTES: String(BUFFER_BYTES) })
  const token = await world.auth.token()
  const id = newId()
  const body = JSON.stringify({ id, text: 'Hello' })
  const socket = await connectByHand(gateway.url, [
    `POST /api/v1/conversations/${newId()}/turns HTTP/1.1`,
    'host: parley.test',
    `authorization: Bearer ${token}`,
    'accept: text/event-stream',
    'content-type: application/json',
    `content-length: ${body.length}`,
    '',
    body,
  ])
  t.teardown(() => socket.destroy())
  t.equal(gateway.deps.connections.size, 1)
  const turn = playTurn(world.bus, world.chat, id)
  const filler = 'x'.repeat(50_000)
  let seq = 0
  await waitFor('the cut', async () => {
    for (let i = 0; i < 20; i++) turn.publish({ type: 'turn.delta', turnId: id, seq: ++seq, text: filler })
    await world.bus.connection.flush()
    return gateway.deps.connections.size === 0
  })
  t.pass('the connection is gone')
})
