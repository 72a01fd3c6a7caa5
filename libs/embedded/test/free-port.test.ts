import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import t from 'tap'
import { freePort } from '../src/index.ts'
import { reservePort } from '../src/port-reservations.ts'

const execute = promisify(execFile)

t.test('a port in use on any address that localhost may mean is stepped over', async (t) => {
  for (const host of ['127.0.0.1', '0.0.0.0', '::1']) {
    const taken = await freePort()
    const server = createServer().listen(taken, host)
    const [error] = await Promise.race([once(server, 'listening'), once(server, 'error')])
    if (error) continue
    t.ok((await freePort(taken)) > taken, host)
    server.close()
  }
})

t.test('without a preference it is below the ports that clients are given, so a restart finds it free', async (t) => {
  const port = await freePort()
  t.ok(port >= 20_000 && port < 32_000, String(port))
})

t.test('no port left is an error, not a wrong port', async (t) => {
  const server = createServer().listen(65_535, '127.0.0.1')
  await once(server, 'listening').catch(() => undefined)
  t.teardown(() => server.close())
  await t.rejects(freePort(65_535), /no free port found from 65535 upwards/)
})

t.test('a port that was given is given to nobody else as long as whoever asked for it lives, also where nobody listens yet', async (t) => {
  const port = await freePort()
  t.equal(await reservePort(port), false, 'not to this process again')
  const others = `const { freePort } = await import('${new URL('../src/free-port.ts', import.meta.url)}')
    const { reservePort } = await import('${new URL('../src/port-reservations.ts', import.meta.url)}')
    console.log(JSON.stringify({ isGiven: await reservePort(${port}), port: await freePort() }))`
  const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', others])
  const other = JSON.parse(stdout) as { isGiven: boolean; port: number }
  t.equal(other.isGiven, false, 'nor to another one')
  t.equal(await reservePort(other.port), false, 'its owner is gone: that is noticed')
  t.equal(await reservePort(other.port), true, 'and the port can be had')
})
