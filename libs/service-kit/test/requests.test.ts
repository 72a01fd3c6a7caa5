import { PRINCIPAL_HEADER } from '@parley/principal'
import t from 'tap'
import { signer, startExample } from './world.ts'

const ada = { userId: 'u1', role: 'user', plan: 'free', sessionId: 's1' } as const

t.test('a request has the principal its signed header names; a forged header is 401, no header is anonymous', async (t) => {
  const { url } = await startExample(t)
  const ask = (path: string, token?: string) => fetch(url + path, { headers: token ? { [PRINCIPAL_HEADER]: token } : {} })
  t.strictSame(await (await ask('/me', await signer.sign(ada))).json(), ada)
  t.equal((await ask('/me')).status, 401)
  t.equal((await ask('/me', 'e30.e30.e30')).status, 401)
  t.equal((await ask('/things?limit=1', 'e30.e30.e30')).status, 401)
  t.equal((await ask('/admin', await signer.sign(ada))).status, 403)
  t.equal((await ask('/admin', await signer.sign({ ...ada, role: 'admin' }))).status, 200)
})

t.test('a sane x-request-id from inside is kept, any other is replaced; the edge replaces all', async (t) => {
  const given = { 'x-request-id': '01935f2e-0000-7000-8000-000000000001' }
  const inside = await startExample(t)
  const answered = async (url: string, headers: Record<string, string>) =>
    (await fetch(`${url}/health/live`, { headers })).headers.get('x-request-id')
  t.equal(await answered(inside.url, given), given['x-request-id'])
  t.match(await answered(inside.url, { 'x-request-id': '<script>' }), /^[\da-f-]{36}$/)
  const edge = await startExample(t, { acceptRequestId: false })
  t.not(await answered(edge.url, given), given['x-request-id'])
})

t.test('the deadline of a request ends with the caller’s time', async (t) => {
  const { url } = await startExample(t)
  const response = await fetch(`${url}/slow`, { headers: { 'x-parley-timeout-ms': '50' } })
  t.equal(response.status, 504)
  t.match(await response.json(), { code: 'timeout' })
})

t.test('the deadline of a request ends when the caller goes away', async (t) => {
  const { app, url } = await startExample(t)
  const ended = new Promise((resolve) => {
    app.server.once('request', (_request, response) => response.once('close', resolve))
  })
  const caller = new AbortController()
  const call = fetch(`${url}/slow`, { signal: caller.signal })
  call.catch(() => undefined)
  setTimeout(() => caller.abort(), 50)
  await ended
  t.pass('the handler was released')
})

t.test('I1 requests are measured by method, route and status, and logged once; health is neither', async (t) => {
  const { url, lines } = await startExample(t)
  await fetch(`${url}/things?limit=1`)
  await fetch(`${url}/health/live`)
  const metrics = await (await fetch(`${url}/metrics`)).text()
  t.match(metrics, /http_server_request_duration_seconds_count\{method="GET",route="\/things",status="200"\}/)
  t.notMatch(metrics, /route="\/health/)
  const requests = lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter(({ msg }) => msg === 'request')
  t.match(requests, [{ method: 'GET', route: '/things', status: 200, requestId: String }])
  t.equal(requests.length, 1)
})

t.test('the API describes itself as OpenAPI 3.1 from the schemas that validate', async (t) => {
  const { url } = await startExample(t)
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as { openapi: string; paths: Record<string, unknown> }
  t.equal(document.openapi, '3.1.0')
  t.ok(document.paths['/things'])
  t.notOk(document.paths['/metrics'])
})

t.test('D6 a blocked event loop is 503 service_busy with Retry-After; health still answers', async (t) => {
  const { app, url } = await startExample(t, { maxEventLoopDelayMs: 1, isPaced: ({ url }) => url.endsWith('limit=2') })
  const until = Date.now() + 5_000
  while (!app.isUnderPressure() && Date.now() < until) {
    const blockedUntil = Date.now() + 50
    while (Date.now() < blockedUntil);
    await new Promise((resolve) => setImmediate(resolve))
  }
  const [response, paced] = await Promise.all([fetch(`${url}/things?limit=1`), fetch(`${url}/things?limit=2`)])
  t.equal(response.status, 503)
  t.equal(paced.status, 200, 'what was let in at a bounded rate is not refused')
  t.ok(Number(response.headers.get('retry-after')) >= 1)
  t.match(await response.json(), { code: 'service_busy' })
  t.equal((await fetch(`${url}/health/live`)).status, 200)
})
