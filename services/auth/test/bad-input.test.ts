import fc from 'fast-check'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)
const person = await auth.signUp()

const routes = [
  ['POST', '/api/v1/auth/register'],
  ['POST', '/api/v1/auth/login'],
  ['POST', '/api/v1/auth/refresh'],
  ['POST', '/api/v1/auth/logout'],
  ['POST', '/api/v1/auth/verify-email'],
  ['POST', '/api/v1/auth/password/forgot'],
  ['POST', '/api/v1/auth/password/reset'],
  ['POST', '/api/v1/auth/magic-link'],
  ['POST', '/api/v1/auth/magic-link/consume'],
  ['PATCH', '/api/v1/me'],
] as const

const raw = (method: 'POST' | 'PATCH', url: string, payload: string, headers: Record<string, string> = {}) =>
  auth.app.inject({ method, url, payload, headers: { 'content-type': 'application/json', ...headers } })

t.test('A-23 malformed JSON, other types and unknown fields are 4xx with a code', async (t) => {
  const headers = await auth.principals.header({ userId: person.id, sessionId: person.sessionId })
  for (const [method, url] of routes) {
    for (const payload of [
      '{',
      '[]',
      '"text"',
      '1',
      '{"__proto__":{"role":"admin"}}',
      '{"unknown":1}',
      '{"email":{"a":1},"token":[],"name":7}',
    ]) {
      const answer = await raw(method, url, payload, headers)
      t.ok(answer.statusCode >= 400 && answer.statusCode < 500, `${url} ${payload} ${answer.statusCode}`)
      t.match(answer.json(), { code: String, requestId: String })
      t.match(answer.headers['content-type'], /application\/problem\+json/)
    }
    const form = await auth.app.inject({
      method,
      url,
      payload: 'email=a',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    })
    t.equal(form.statusCode, 415)
  }
})

t.test('A-23 NUL and other control characters in a name are refused, not stored, not a 5xx', async (t) => {
  const body = { email: 'name@example.com', password: 'correct horse battery', name: 'Ada\0' }
  t.match(await auth.ask('POST', '/api/v1/auth/register', { body }), { status: 400, body: { errors: [{ path: 'name' }] } })
  for (const name of ['a\0b', 'a\r\nBcc: eve@example.com', '\u0007']) {
    t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body: { name } }), { status: 400 }, JSON.stringify(name))
  }
  for (const locale of ['', 'x\0', 'not a tag', '!!']) {
    t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body: { locale } }), { status: 400 }, JSON.stringify(locale))
  }
})

t.test('A-23 odd headers from the edge are survived', async (t) => {
  for (const from of ['', 'nonsense', '::1%lo', '1.2.3.4, 5.6.7.8', 'x'.repeat(2000)]) {
    const answer = await auth.ask('POST', '/api/v1/auth/login', { body: { email: person.email, password: person.password }, from })
    t.equal(answer.status, 200, from.slice(0, 20))
  }
  for (const id of ['x', '0', '..%2f', '%00', "'"]) {
    const answer = await auth.ask('DELETE', `/api/v1/me/sessions/${encodeURIComponent(id)}`, { as: person })
    t.equal(answer.status, 400, id)
  }
})

t.test('A-23 no JSON value in any field makes a 5xx', async (t) => {
  const headers = await auth.principals.header({ userId: person.id, sessionId: person.sessionId })
  const value = fc.oneof(fc.string({ unit: 'binary', maxLength: 60 }), fc.jsonValue({ maxDepth: 1 }), fc.constant(person.email))
  const body = fc.record(
    { email: value, password: value, name: value, token: value, refreshToken: value, locale: value, totp: value },
    { requiredKeys: [] },
  )
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...routes), body, async ([method, url], payload) => {
      const answer = await raw(method, url, JSON.stringify(payload), headers)
      return answer.statusCode < 500
    }),
    { numRuns: 300 },
  )
  t.pass('300 of them')
})
