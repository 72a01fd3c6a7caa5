import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import t from 'tap'
import { v7 as newId } from 'uuid'
import type { SeenRequest } from './fake-service.ts'
import { codeOf, startWorld } from './harness.ts'

t.test('A-19 a service gets a signed principal and none of the client’s own words about who it is', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const sub = newId()
  const forged = {
    'x-parley-principal': 'forged',
    'x-parley-timeout-ms': '1',
    'x-parley-client-ip': '1.2.3.4',
    'x-user-id': newId(),
    'x-forwarded-for': '1.2.3.4',
    'x-forwarded-user': 'root',
    'x-request-id': 'chosen-by-client',
    cookie: 'parley_access=x; other=y',
  }
  const response = await gateway.send('POST', '/api/v1/usage?by=day', {
    token: await world.auth.token({ sub, role: 'admin' }),
    body: { a: 1 },
    headers: forged,
  })
  t.equal(response.status, 200)
  const seen = (await response.json()) as SeenRequest
  t.match(seen, { method: 'POST', url: '/api/v1/usage?by=day', body: { a: 1 }, principal: { userId: sub, role: 'admin', plan: 'free' } })
  t.equal(seen.headers['x-parley-client-ip'], '127.0.0.1')
  t.equal(seen.headers['x-request-id'], response.headers.get('x-request-id'))
  t.not(seen.headers['x-request-id'], 'chosen-by-client')
  for (const name of ['cookie', 'authorization', 'x-user-id', 'x-forwarded-for', 'x-forwarded-user']) t.notOk(name in seen.headers, name)
  t.equal(seen.headers['x-parley-timeout-ms'], '15000')
})

t.test('A-19 what is not public needs a session, and what is not listed does not exist', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  for (const path of [
    '/api/v1/me',
    '/api/v1/conversations',
    '/api/v1/turns/x',
    '/api/v1/usage',
    '/api/v1/billing/subscription',
    '/api/v1/notifications',
    '/api/v1/models',
  ]) {
    const response = await gateway.fetch(path)
    t.equal(response.status, 401, path)
    t.equal(await codeOf(response), 'unauthenticated')
  }
  for (const path of ['/internal/turns', '/api/internal/turns', '/api/v1/nothing', '/api/v2/me', '/v1/files', '/internal/completions']) {
    t.equal((await gateway.send('GET', path, { token })).status, 404, path)
    t.equal((await gateway.send('POST', path, { token, body: {} })).status, 404, path)
  }
  t.equal((await gateway.fetch('/api/v1/billing/plans')).status, 200)
  t.equal((await gateway.fetch('/.well-known/jwks.json')).status, 200)
  t.equal(world.chat.seen.length, 0)
})

t.test('A-19 the catalogue’s administration passes for administrators alone', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const [admin, pro, free] = await Promise.all([world.auth.token({ role: 'admin' }), world.auth.token({ plan: 'pro' }), world.auth.token()])
  const requests = [
    ['GET', '/models'],
    ['POST', '/models'],
    ['PATCH', '/models/gpt-5.4-nano'],
    ['POST', '/models/gpt-5.4-nano/prices'],
    ['GET', '/providers'],
    ['POST', '/providers'],
    ['PUT', '/providers/openai/key'],
    ['DELETE', '/providers/openai/key'],
    ['GET', '/routes'],
    ['PUT', '/routes/auto/free'],
    ['GET', '/usage/platform'],
  ] as const
  const status = async (method: string, path: string, token?: string) =>
    (await gateway.send(method, `/api/v1/admin${path}`, { token, body: method === 'GET' ? undefined : { a: 1 } })).status
  for (const [method, path] of requests) {
    t.equal(await status(method, path), 401, `${method} ${path}`)
    for (const token of [pro, free]) t.equal(await status(method, path, token), 403, `${method} ${path}`)
  }
  t.equal(world.other.seen.length, 0)
  for (const [method, path] of requests) t.equal(await status(method, path, admin), 200, `${method} ${path}`)
  t.equal(world.other.seen.length, requests.length)
  t.match(world.other.seen.at(-2), { url: '/api/v1/admin/routes/auto/free', principal: { role: 'admin' }, body: { a: 1 } })
})

t.test('A-19 no spelling of a path reaches a service’s internal routes', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const { port } = new URL(gateway.url)
  const spellings = [
    '/api/v1/conversations/../../../internal/turns',
    '/api/v1/conversations/%2e%2e/%2e%2e/%2E%2E/internal/turns',
    '/api/v1/conversations/..\\..\\..\\internal\\turns',
    '//evil.test/api/v1/conversations',
    '/api/v1/conversations/.%2e/x',
    '/api/v1//conversations',
  ]
  for (const path of spellings) {
    const socket = connect(Number(port), '127.0.0.1')
    socket.write(
      `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`,
    )
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    t.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 40[04]/, path)
  }
  t.equal(world.chat.seen.length, 0)
})

t.test('A-23 a query is handed on whatever stands in it', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  for (const query of ['?', '?%', '?q=%ED%A0%80', '?q=a/../b', '?q=%2e%2e/', '?a=1&a=2']) {
    const response = await gateway.send('GET', `/api/v1/usage${query}`, { token })
    t.equal(response.status, 200, query)
    t.equal(((await response.json()) as SeenRequest).url, `/api/v1/usage${query === '?' ? '' : query}`)
  }
})

t.test('an upstream’s problem passes as it is; an unreachable one is 503 with Retry-After, a silent one 504', async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  t.teardown(() => silent.closeAllConnections())
  t.teardown(() => silent.close())
  const world = await startWorld(t)
  const gateway = await world.startGateway({
    USAGE_URL: 'http://127.0.0.1:9',
    BILLING_URL: `http://127.0.0.1:${(silent.address() as { port: number }).port}`,
    UPSTREAM_TIMEOUT_MS: '300',
  })
  const token = await world.auth.token()
  const missing = await gateway.send('GET', `/api/v1/turns/${newId()}`, { token })
  t.equal(missing.status, 404)
  t.match(missing.headers.get('content-type'), 'application/problem+json')
  t.equal(await codeOf(missing), 'turn_not_found')

  const away = await gateway.send('GET', '/api/v1/usage', { token })
  t.equal(away.status, 503)
  t.equal(away.headers.get('retry-after'), '1')
  t.match(await away.json(), { code: 'service_busy', requestId: away.headers.get('x-request-id') })
  t.equal((await gateway.send('POST', '/api/v1/usage', { token, body: {} })).status, 503)
  const slow = await gateway.send('GET', '/api/v1/billing/plans')
  t.equal(slow.status, 504)
  t.equal(await codeOf(slow), 'timeout')
})

t.test('a body that streams is handed on as it comes', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  let more: () => void = () => undefined
  const source = createServer((_request, response) => {
    response.setHeader('content-type', 'text/event-stream').write('data: 1\n\n')
    more = () => response.end('data: 2\n\n')
  }).listen(0, '127.0.0.1')
  await once(source, 'listening')
  t.teardown(() => source.close())
  const streaming = await world.startGateway({ NOTIFICATION_URL: `http://127.0.0.1:${(source.address() as { port: number }).port}` })
  const response = await streaming.send('GET', '/api/v1/notifications', { token: await world.auth.token() })
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  t.equal((await reader?.read())?.value, 'data: 1\n\n')
  more()
  t.equal((await reader?.read())?.value, 'data: 2\n\n')
  t.ok((await reader?.read())?.done)
  t.equal((await gateway.fetch('/health/live')).status, 200)
})

t.test('GETs carry an ETag and honour If-None-Match', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const first = await gateway.send('GET', '/api/v1/conversations', { token })
  const etag = first.headers.get('etag') ?? ''
  t.match(etag, /^W\/".+"$/)
  t.equal(first.headers.get('cache-control'), 'private, no-cache')
  const again = (value: string) => gateway.send('GET', '/api/v1/conversations', { token, headers: { 'if-none-match': value } })
  for (const value of [etag, etag.slice(2), `"other", ${etag}`, '*']) {
    const response = await again(value)
    t.equal(response.status, 304, value)
    t.equal(await response.text(), '')
  }
  t.equal((await again('"other"')).status, 200)
  t.equal((await gateway.send('POST', '/api/v1/conversations', { token, body: {} })).headers.get('etag'), null)
})

t.test('every answer carries a request id and security headers; HSTS only on https', async (t) => {
  for (const publicUrl of ['http://parley.test', 'https://parley.test']) {
    const world = await startWorld(t, { publicUrl })
    const gateway = await world.startGateway()
    for (const path of ['/api/v1/billing/plans', '/api/v1/me', '/api/v1/nothing']) {
      const { headers } = await gateway.fetch(path)
      t.match(headers.get('x-request-id'), /^[\da-f-]{36}$/)
      t.match(headers.get('content-security-policy'), /default-src 'self'.*script-src 'self';.*frame-ancestors 'none'/)
      t.equal(headers.get('x-content-type-options'), 'nosniff')
      t.equal(headers.has('strict-transport-security'), publicUrl.startsWith('https'))
      t.notOk(headers.has('x-powered-by'))
    }
  }
})

t.test('metrics are not for those who come through a proxy', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  t.equal((await gateway.fetch('/metrics')).status, 200)
  for (const path of ['/metrics', '/metric%73', '/metrics?x', '/openapi.json', '/openapi%2ejson'])
    t.equal((await gateway.fetch(path, { headers: { 'x-forwarded-for': '203.0.113.9' } })).status, 404, path)
})
