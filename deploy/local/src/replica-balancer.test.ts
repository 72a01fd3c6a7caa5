import { createServer, type Server } from 'node:http'
import { freePort } from '@parley/embedded'
import t, { type Test } from 'tap'
import { startBalancer } from './replica-balancer.ts'

async function replica(t: Test, name: string): Promise<{ port: number; server: Server }> {
  const port = await freePort()
  const server = createServer((_request, response) => response.setHeader('connection', 'close').end(name))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  return { port, server }
}

t.test('connections go to the replicas in turn, past one that is down', async (t) => {
  const [one, two] = await Promise.all([replica(t, 'one'), replica(t, 'two')])
  const balancer = await startBalancer(await freePort(), () => [one.port, two.port])
  t.teardown(() => balancer.close())
  const ask = async () => (await fetch(balancer.url, { headers: { connection: 'close' } })).text()
  t.same([...new Set([await ask(), await ask()])].sort(), ['one', 'two'])
  await new Promise((resolve) => two.server.close(resolve))
  t.same([await ask(), await ask()], ['one', 'one'])
})
