import { readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { startNats, startRedis } from '../src/index.ts'

/** What a server says to one line sent on a new connection. */
function say(port: number, line: string, until: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(line))
    let heard = ''
    socket.on('data', (chunk) => {
      heard += chunk
      if (until.test(heard)) {
        socket.destroy()
        resolve(heard)
      }
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(heard))
  })
}

t.test('NATS: JetStream is on, a password is asked for, the configuration is for the owner only', async (t) => {
  const directory = join(t.testdir(), 'nats')
  const server = await startNats({ directory, user: 'parley', password: 'nats-password' })
  t.teardown(() => server.stop())
  t.match(await say(server.port, '', /\r\n/), /"auth_required":true.*"jetstream":true/)
  t.match(await say(server.port, 'CONNECT {"user":"parley","pass":"wrong"}\r\nPING\r\n', /-ERR/), /Authorization Violation/)
  t.match(await say(server.port, 'CONNECT {"user":"parley","pass":"nats-password"}\r\nPING\r\n', /PONG/), /PONG/)
  t.equal(statSync(join(directory, 'nats.conf')).mode & 0o777, 0o600)
})

t.test('Redis: a password is asked for and stands in no command line', async (t) => {
  const directory = join(t.testdir(), 'redis')
  const server = await startRedis({ directory, password: 'redis-password' })
  t.teardown(() => server.stop())
  t.match(await say(server.port, 'PING\r\n', /\r\n/), /NOAUTH/)
  t.match(await say(server.port, 'AUTH redis-password\r\nPING\r\n', /PONG/), /PONG/)
  if (process.platform === 'linux') t.notMatch(readFileSync(`/proc/${server.pid}/cmdline`, 'utf8'), /redis-password/)
})

t.test('one left behind in the same folder is stopped first, and a killed one starts again on its port', async (t) => {
  for (const start of [startNats, startRedis]) {
    const options = { directory: join(t.testdir(), start.name), user: 'parley', password: 'some-password' }
    const leftover = await start(options)
    const second = await start(options)
    t.teardown(() => second.stop())
    t.not(second.pid, leftover.pid)
    await leftover.exited
    await second.kill()
    const third = await start({ ...options, port: second.port })
    t.teardown(() => third.stop())
    t.equal(third.url, second.url)
  }
})

t.test('a server that cannot start says why, from its log', async (t) => {
  const directory = t.testdir()
  await t.rejects(startNats({ directory, user: 'u', password: 'p', binary: '/bin/false' }), /nats-server ended while starting/)
})
