import { once } from 'node:events'
import { createServer } from 'node:net'
import t from 'tap'
import { freePort } from '../src/index.ts'

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
