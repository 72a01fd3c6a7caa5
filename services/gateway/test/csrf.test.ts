import t from 'tap'
import { codeOf, startWorld } from './harness.ts'

t.test('A-8 matrix: a write by cookie needs JSON and our own site or an allow-listed Origin', async (t) => {
  const world = await startWorld(t, { env: { ALLOWED_ORIGINS: 'https://app.example.com' } })
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const credentials = {
    cookie: { cookie: `parley_access=${token}` },
    'refresh cookie alone': { cookie: 'parley_refresh=refresh-1' },
    'refresh cookie beside an empty one': { cookie: 'parley_access=; parley_refresh=refresh-1' },
    bearer: { authorization: `Bearer ${token}` },
    'bearer beside a cookie': { authorization: `Bearer ${token}`, cookie: `parley_access=${token}` },
    none: {},
  }
  const types = [
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'text/plain; application/json',
  ]
  const sites: { name: string; headers: Record<string, string>; isOwn: boolean }[] = [
    { name: 'same-origin', headers: { 'sec-fetch-site': 'same-origin' }, isOwn: true },
    { name: 'none', headers: { 'sec-fetch-site': 'none' }, isOwn: true },
    { name: 'our origin', headers: { origin: 'http://parley.test' }, isOwn: true },
    { name: 'allow-listed origin', headers: { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' }, isOwn: true },
    { name: 'same-site', headers: { 'sec-fetch-site': 'same-site', origin: 'http://other.parley.test' }, isOwn: false },
    { name: 'cross-site', headers: { 'sec-fetch-site': 'cross-site', origin: 'https://evil.test' }, isOwn: false },
    { name: 'null origin', headers: { origin: 'null' }, isOwn: false },
    { name: 'nothing', headers: {}, isOwn: false },
  ]
  for (const [who, credential] of Object.entries(credentials)) {
    for (const method of ['POST', 'PATCH', 'PUT', 'DELETE']) {
      for (const type of types) {
        for (const site of sites) {
          const headers: Record<string, string> = { ...credential, ...site.headers, 'content-type': type }
          // Node's fetch sets sec-fetch headers of its own; inject does not.
          const { statusCode, body } = await gateway.app.inject({
            method: method as 'POST',
            url: '/api/v1/auth/anything',
            headers,
            payload: '{}',
          })
          const isCookie = 'cookie' in credential && !('authorization' in credential)
          const isAllowed = !isCookie || (site.isOwn && type.startsWith('application/json'))
          const name = `${method} ${type} from ${site.name} with ${who}`
          if (isAllowed) t.not(statusCode, 403, name)
          else t.match([statusCode, JSON.parse(body)], [403, { code: 'csrf_rejected' }], name)
        }
      }
    }
  }
})

t.test('A-8 reads by cookie pass from anywhere; a write without a body needs no content type but our own site', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const headers = { cookie: `parley_access=${await world.auth.token()}` }
  t.equal(
    (await gateway.app.inject({ method: 'GET', url: '/api/v1/me', headers: { ...headers, origin: 'https://evil.test' } })).statusCode,
    200,
  )
  const remove = (site: string) =>
    gateway.app.inject({ method: 'DELETE', url: '/api/v1/me/sessions', headers: { ...headers, 'sec-fetch-site': site } })
  t.equal((await remove('same-origin')).statusCode, 200)
  t.equal((await remove('cross-site')).statusCode, 403)
})

t.test('A-8 an administrator’s page cannot be made to ban somebody from another site', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const response = await gateway.fetch('/api/v1/admin/bans', {
    method: 'POST',
    headers: {
      cookie: `parley_access=${await world.auth.token({ role: 'admin' })}`,
      'content-type': 'application/json',
      origin: 'https://evil.test',
      'sec-fetch-site': 'cross-site',
    },
    body: '{}',
  })
  t.equal(response.status, 403)
  t.equal(await codeOf(response), 'csrf_rejected')
})
