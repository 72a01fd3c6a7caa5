import fc from 'fast-check'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { codeOf, startWorld } from './harness.ts'

const own = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' }

t.test('A-23 a megabyte is 413 and unreadable JSON 400, wherever it is sent', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token({ role: 'admin' })
  const megabyte = JSON.stringify({ text: 'x'.repeat(1_048_576) })
  const post = (path: string, body: string) =>
    gateway.fetch(path, { method: 'POST', body, headers: { ...own, authorization: `Bearer ${token}` } })
  for (const path of [
    '/api/v1/auth/login',
    '/api/v1/conversations',
    `/api/v1/conversations/${newId()}/turns`,
    '/api/v1/admin/bans',
    '/api/v1/auth/refresh',
  ]) {
    const large = await post(path, megabyte)
    t.equal(large.status, 413, path)
    t.equal(await codeOf(large), 'payload_too_large')
  }
  for (const path of ['/api/v1/admin/bans', '/api/v1/auth/refresh']) {
    const broken = await post(path, '{"a"')
    t.equal(broken.status, 400, path)
    t.equal(await codeOf(broken), 'invalid_request')
  }
})

t.test('A-1 tokens that are none, expired or 64 KB are 401 by Bearer; by cookie the request is anonymous', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const bad = ['', 'x', 'a.b.c', 'x'.repeat(10_000), await world.auth.token({ expiresIn: -60 }), 'null', '%00']
  for (const token of bad) {
    const response = await gateway.fetch('/api/v1/billing/plans', { headers: { authorization: `Bearer ${token}` } })
    t.equal(response.status, 401, token.slice(0, 20))
    const cookie = `parley_access=${encodeURIComponent(token)}`
    t.equal((await gateway.fetch('/api/v1/billing/plans', { headers: { cookie } })).status, 200)
    t.equal((await gateway.fetch('/api/v1/me', { headers: { cookie } })).status, 401)
  }
  t.equal((await gateway.fetch('/api/v1/me', { headers: { authorization: 'Basic YTpi' } })).status, 401)
  const huge = await gateway.fetch('/api/v1/me', { headers: { authorization: `Bearer ${'x'.repeat(65_536)}` } })
  t.equal(huge.status, 431)
})

t.test('A-23 no method, path, header or body makes a 5xx', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const tokens = [undefined, await world.auth.token(), await world.auth.token({ role: 'admin' })]
  const paths = [
    '/api/v1/auth/login',
    '/api/v1/auth/refresh',
    '/api/v1/auth/logout',
    '/api/v1/me',
    '/api/v1/conversations',
    `/api/v1/conversations/${newId()}/turns`,
    '/api/v1/conversations/%00/turns',
    '/api/v1/turns/x',
    '/api/v1/admin/bans',
    '/api/v1/admin/bans/x',
    '/api/v1/ws',
    '/api/v1/ws?ticket=x',
    '/api/v1/ws-ticket',
    '/api/v1/usage?from=x',
    '/',
    '/api/v1/%',
    '/api/v1/conversations?limit[]=1&limit=2',
  ]
  const text = fc.oneof(fc.string(), fc.json(), fc.constant('{"kind":"ip","subject":"\\u0000","reason":"x"}'))
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'),
      fc.constantFrom(...paths),
      fc.constantFrom(...tokens),
      fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', 'nonsense', ''),
      fc.constantFrom('text/event-stream', 'application/json', '*/*'),
      fc.record(
        {
          'idempotency-key': fc.constantFrom('k', 'k k', ''),
          'last-event-id': fc.constantFrom('1', 'x', '-1'),
          origin: fc.constantFrom('null', 'http://parley.test', 'x'),
        },
        { requiredKeys: [] },
      ),
      text,
      async (method, url, token, type, accept, extra, payload) => {
        const headers = { ...extra, accept, ...(type && { 'content-type': type }), ...(token && { authorization: `Bearer ${token}` }) }
        const hasBody = method !== 'GET' && method !== 'HEAD'
        const response = await gateway.app.inject({ method: method as 'GET', url, headers, ...(hasBody && { payload }) })
        // What the fake services themselves answer is not the gateway's doing.
        return response.statusCode < 500
      },
    ),
    { numRuns: 600 },
  )
  t.pass('600 requests')
})

t.test('A-23 NUL characters and odd numbers in a ban are refused, not a database error', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token({ role: 'admin' })
  for (const body of [
    { kind: 'user', subject: newId(), reason: 'a\u0000b' },
    { kind: 'ip', subject: '10.0.0.1/33', reason: 'x' },
    { kind: 'ip', subject: '10.0.0.1/1e1', reason: 'x' },
    { kind: 'user', subject: newId(), reason: 'x', expiresAt: '9999999-01-01T00:00:00Z' },
    { kind: 'user', subject: newId(), reason: 'x', expiresAt: '0000-01-01T00:00:00Z' },
    { kind: 'ip', subject: '::ffff:203.0.113.7/64', reason: 'x' },
  ]) {
    t.equal((await gateway.send('POST', '/api/v1/admin/bans', { token, body })).status, 400, JSON.stringify(body))
  }
  for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x'])
    t.equal((await gateway.send('GET', `/api/v1/admin/bans?${query}`, { token })).status, 400, query)
})
