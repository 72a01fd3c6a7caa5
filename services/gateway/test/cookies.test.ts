import t from 'tap'
import { codeOf, startWorld } from './harness.ts'

const own = { 'sec-fetch-site': 'same-origin' }
const credentials = { email: 'ada@example.com', password: 'right' }

t.test('A-7 every Set-Cookie is HttpOnly, SameSite=Lax, Path=/; on https also Secure and __Host-', async (t) => {
  for (const publicUrl of ['http://parley.test', 'https://parley.test']) {
    const world = await startWorld(t, { publicUrl })
    const gateway = await world.startGateway()
    const response = await gateway.send('POST', '/api/v1/auth/login', { body: credentials, headers: own })
    t.equal(response.status, 200)
    const prefix = publicUrl.startsWith('https') ? '__Host-' : ''
    const cookies = response.headers.getSetCookie()
    t.equal(cookies.length, 2)
    t.match(cookies[0], new RegExp(`^${prefix}parley_access=[\\w.-]+; Max-Age=900; Path=/; HttpOnly;`))
    t.match(cookies[1], new RegExp(`^${prefix}parley_refresh=refresh-[\\w-]+; Max-Age=2592000; Path=/; HttpOnly;`))
    for (const cookie of cookies) {
      t.match(cookie, /SameSite=Lax/)
      t.equal(/; Secure/.test(cookie), publicUrl.startsWith('https'))
      t.notMatch(cookie, /Domain=/)
    }
  }
})

t.test('A-7 the refresh token is in no body; the answer to log-in names the access token for programs', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const login = await gateway.send('POST', '/api/v1/auth/login', { body: credentials, headers: own })
  const body = (await login.json()) as Record<string, unknown>
  t.match(body, { user: { id: world.auth.user.id }, accessToken: String, expiresIn: 900 })
  t.strictSame(Object.keys(body).sort(), ['accessToken', 'expiresIn', 'user'])
  const verified = await gateway.send('POST', '/api/v1/auth/verify-email', { body: { token: 'x' }, headers: own })
  t.strictSame(Object.keys((await verified.json()) as object), ['user'])
  t.equal(verified.headers.getSetCookie().length, 2)
})

t.test('the cookie of a log-in is who asks; a wrong password sets none', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const login = await gateway.send('POST', '/api/v1/auth/login', { body: credentials, headers: own })
  const cookie = login.headers
    .getSetCookie()
    .map((value) => value.split(';')[0])
    .join('; ')
  t.equal((await gateway.fetch('/api/v1/me', { headers: { cookie } })).status, 200)
  t.equal(world.auth.seen.at(-1)?.headers.cookie, undefined, 'cookies stay at the edge')
  const wrong = await gateway.send('POST', '/api/v1/auth/login', { body: { ...credentials, password: 'wrong' }, headers: own })
  t.equal(wrong.status, 401)
  t.equal(await codeOf(wrong), 'invalid_credentials')
  t.strictSame(wrong.headers.getSetCookie(), [])
})

t.test('refresh takes the cookie, or a program’s own token, to auth; a refusal clears the cookies', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const byCookie = await gateway.send('POST', '/api/v1/auth/refresh', {
    body: {},
    headers: { ...own, cookie: 'parley_refresh=refresh-1; parley_access=expired' },
  })
  t.equal(byCookie.status, 200)
  t.strictSame(world.auth.seen.at(-1)?.body, { refreshToken: 'refresh-1' })
  t.equal(byCookie.headers.getSetCookie().length, 2)
  t.equal((await gateway.send('POST', '/api/v1/auth/refresh', { body: { refreshToken: 'refresh-2' } })).status, 200)
  t.strictSame(world.auth.seen.at(-1)?.body, { refreshToken: 'refresh-2' })

  const refused = await gateway.send('POST', '/api/v1/auth/refresh', { body: {}, headers: { ...own, cookie: 'parley_refresh=old' } })
  t.equal(refused.status, 401)
  t.equal(await codeOf(refused), 'refresh_expired')
  for (const cookie of refused.headers.getSetCookie()) t.match(cookie, /=; Max-Age=0|Expires=Thu, 01 Jan 1970/)
  t.equal(refused.headers.getSetCookie().length, 2)
})

t.test('log-out tells auth which session ends and clears the cookies', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token({ sid: 'session-1' })
  const response = await gateway.send('POST', '/api/v1/auth/logout', {
    body: {},
    headers: { ...own, cookie: `parley_access=${token}; parley_refresh=refresh-1` },
  })
  t.equal(response.status, 204)
  t.equal(response.headers.getSetCookie().length, 2)
  t.strictSame(world.auth.seen.at(-1)?.body, { refreshToken: 'refresh-1' })
})

t.test('F-4 with auth away a log-in is 503 with Retry-After, and a live session goes on', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  t.equal((await gateway.send('GET', '/api/v1/usage/limits', { token })).status, 200)
  await world.auth.close()
  const login = await gateway.send('POST', '/api/v1/auth/login', { body: credentials, headers: own })
  t.equal(login.status, 503)
  t.ok(login.headers.get('retry-after'))
  t.equal(await codeOf(login), 'service_busy')
  t.equal((await gateway.send('GET', '/api/v1/usage/limits', { token: await world.auth.token() })).status, 200)
})

t.test('F-4 a replica that starts while auth is away does not tell anybody that they are logged out', async (t) => {
  const world = await startWorld(t)
  const token = await world.auth.token()
  await world.auth.close()
  const gateway = await world.startGateway()
  t.equal((await gateway.fetch('/api/v1/usage', { headers: { cookie: `parley_access=${token}` } })).status, 503)
  t.equal((await gateway.send('GET', '/api/v1/usage', { token })).status, 503)
  t.equal((await gateway.openSocket({ cookie: token })).refusedStatus, 503)
})
