import { createServer, type RequestListener } from 'node:http'
import t, { type Test } from 'tap'
import { createHttpClient } from '../src/index.ts'
import { principals, signer, startExample } from './world.ts'

async function startRaw(t: Test, listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

function clientOf(t: Test, baseUrl: string, defaultTimeoutMs?: number) {
  const client = createHttpClient({ baseUrl, name: 'example', principals: signer, defaultTimeoutMs })
  t.teardown(() => client.close())
  return client
}

t.test('a call carries body, principal and remaining time, and returns the JSON answer', async (t) => {
  let seen: Record<string, unknown> = {}
  const url = await startRaw(t, (request, response) => {
    seen = request.headers
    response.setHeader('content-type', 'application/json').end('{"ok":true}')
  })
  const ada = { userId: 'u1', role: 'user', plan: 'pro', sessionId: '' } as const
  t.strictSame(await clientOf(t, url).json('POST', '/things', { body: { name: 'x' }, principal: ada, timeoutMs: 700 }), { ok: true })
  t.equal(seen['x-parley-timeout-ms'], '700')
  t.strictSame(await principals.verify(String(seen['x-parley-principal'])), ada)
})

t.test('an upstream problem arrives as the AppError it is', async (t) => {
  const { url } = await startExample(t)
  await t.rejects(clientOf(t, url).json('POST', '/things', { body: { name: 'a' } }), {
    code: 'invalid_request',
    kind: 'invalid',
    errors: [{ path: 'name' }],
  })
  await t.rejects(clientOf(t, url).json('GET', '/broken'), { code: 'internal_error' })
})

t.test('an unreachable service is service_busy, a slow one timeout', async (t) => {
  await t.rejects(clientOf(t, 'http://127.0.0.1:9').json('GET', '/'), { code: 'service_busy', retryAfterS: 1 })
  const silent = await startRaw(t, () => undefined)
  await t.rejects(clientOf(t, silent, 50).json('GET', '/'), { code: 'timeout' })
})

t.test('a broken connection is tried once more for GET, never for POST', async (t) => {
  const seen: string[] = []
  const url = await startRaw(t, (request, response) => {
    seen.push(String(request.method))
    if (seen.filter((method) => method === request.method).length === 1) request.socket.destroy()
    else response.end('{}')
  })
  t.strictSame(await clientOf(t, url).json('GET', '/'), {})
  await t.rejects(clientOf(t, url).json('POST', '/', { body: {} }), { code: 'service_busy' })
  t.strictSame(seen, ['GET', 'GET', 'POST'])
})

t.test('a connection that is old is replaced, so that a replica that came later gets work, too; the call under way ends', async (t) => {
  const { promise: slowIsAsked, resolve: askedSlowly } = Promise.withResolvers<() => void>()
  const url = await startRaw(t, ({ url: path, socket }, response) => {
    const answer = () => response.setHeader('content-type', 'application/json').end(JSON.stringify({ port: socket.remotePort }))
    if (path === '/slow') askedSlowly(answer)
    else answer()
  })
  const client = createHttpClient({ baseUrl: url, name: 'example', connectionMaxAgeMs: 100 })
  t.teardown(() => client.close())
  const portOf = async (path: string) => (await client.json<{ port: number }>('GET', path)).port
  const growOld = () => new Promise((resolve) => setTimeout(resolve, 200))
  const first = await portOf('/')
  await growOld()
  t.not(await portOf('/'), first, 'it was idle, and yet not used again')
  const slow = portOf('/slow')
  const answerSlowly = await slowIsAsked
  await growOld()
  const other = await portOf('/')
  answerSlowly()
  t.not(await slow, other)
})
