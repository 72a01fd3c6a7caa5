import t from 'tap'
import { fakeClock } from '../../test/fake-clock.ts'
import { type ConnectionState, createConnection, type SocketLike } from './connection.ts'

/** One page with sockets whose other end the test plays. */
function world(session: 'valid' | 'signed_out' | 'unreachable' = 'valid') {
  const { timers, pass } = fakeClock()
  const sockets: (SocketLike & { sent: string[] })[] = []
  const states: ConnectionState[] = []
  let sessionChecks = 0
  const connection = createConnection({
    open: () => {
      const sent: string[] = []
      const socket = { sent, send: (data: string) => void sent.push(data), close() {}, onopen: null, onmessage: null, onclose: null }
      sockets.push(socket)
      return socket
    },
    timers,
    random: () => 1,
    checkSession: async () => {
      sessionChecks += 1
      return session
    },
    onMessage: () => {},
    onState: (state) => void states.push(state),
  })
  const latest = () => {
    const socket = sockets.at(-1)
    if (!socket) throw new Error('no socket was opened')
    return socket
  }
  return {
    connection,
    pass,
    states,
    sockets,
    latest,
    ready: () => latest().onmessage?.({ data: '{"type":"ready","connectionId":"c","userId":"u"}' }),
    drop: (code: number) => latest().onclose?.({ code }),
    sessionChecks: () => sessionChecks,
    settle: () => new Promise((resolve) => setImmediate(resolve)),
  }
}

t.test('is online when the server says ready, and only then sends', async (t) => {
  const { connection, ready, latest } = world()
  connection.start()
  t.equal(connection.send({ type: 'ping' }), false)
  ready()
  t.equal(connection.send({ type: 'ping' }), true)
  t.same(latest().sent, ['{"type":"ping"}'])
})

t.test('1012: a server that restarts is asked again at once', async (t) => {
  const { connection, ready, drop, sockets, pass } = world()
  connection.start()
  ready()
  pass(10_000)
  drop(1012)
  t.equal(sockets.length, 2)
})

t.test('a server that restarts again and again is not hammered', async (t) => {
  const { connection, ready, drop, sockets, pass } = world()
  connection.start()
  for (let round = 0; round < 5; round += 1) {
    ready()
    drop(1012)
  }
  t.ok(sockets.length <= 2, `${sockets.length} sockets without waiting`)
  pass(60_000)
  t.ok(sockets.length > 2)
})

t.test('a dropped line comes back with growing delays, and the first success resets them', async (t) => {
  const { connection, ready, drop, sockets, pass, settle } = world('unreachable')
  connection.start()
  ready()
  pass(10_000)
  drop(1006)
  pass(499)
  t.equal(sockets.length, 1)
  pass(1)
  t.equal(sockets.length, 2, 'after half a second')
  drop(1006)
  await settle()
  pass(999)
  t.equal(sockets.length, 2)
  pass(1)
  t.equal(sockets.length, 3, 'after a second more')
  ready()
  pass(10_000)
  drop(1006)
  pass(500)
  t.equal(sockets.length, 4)
})

t.test('4401: renews the session and comes back at once', async (t) => {
  const { connection, ready, drop, sockets, settle, pass, sessionChecks } = world('valid')
  connection.start()
  ready()
  pass(10_000)
  drop(4401)
  await settle()
  t.equal(sessionChecks(), 1)
  t.equal(sockets.length, 2)
})

t.test('4401 with a session that is over, and 4403, end it', async (t) => {
  for (const code of [4401, 4403]) {
    const { connection, ready, drop, sockets, settle, pass, states } = world('signed_out')
    connection.start()
    ready()
    drop(code)
    await settle()
    pass(120_000)
    t.equal(sockets.length, 1)
    t.equal(states.at(-1), 'refused')
  }
})

t.test('a handshake that is refused without a reason leads to a check of the session', async (t) => {
  const { connection, drop, settle, sessionChecks, states } = world('signed_out')
  connection.start()
  drop(1006)
  await settle()
  t.equal(sessionChecks(), 1)
  t.equal(states.at(-1), 'refused')
})

t.test('a line that is dead without a close is noticed by the ping', async (t) => {
  const { connection, ready, pass, latest, sockets } = world()
  connection.start()
  ready()
  pass(25_000)
  t.same(latest().sent, ['{"type":"ping"}'])
  pass(10_000)
  t.equal(connection.isOnline, false)
  pass(500)
  t.equal(sockets.length, 2)
})

t.test('the return of the network cuts the waiting short', async (t) => {
  const { connection, ready, drop, sockets } = world()
  connection.start()
  ready()
  drop(1006)
  connection.retryNow()
  t.equal(sockets.length, 2)
})

t.test('after stop nothing comes back', async (t) => {
  const { connection, ready, drop, pass, sockets } = world()
  connection.start()
  ready()
  drop(1006)
  connection.stop()
  pass(120_000)
  t.equal(sockets.length, 1)
})
