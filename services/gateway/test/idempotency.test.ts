import { openPool } from '@parley/database'
import { waitFor } from '@parley/testing'
import t from 'tap'
import { codeOf, type Gateway, startWorld } from './harness.ts'

const create = (gateway: Gateway, token: string, key: string, body: object = { title: 'Hello' }, path = '/api/v1/conversations') =>
  gateway.send('POST', path, { token, body, headers: { 'idempotency-key': key } })

t.test('the same key gives the first answer, on every replica, and the service is asked once', async (t) => {
  const world = await startWorld(t)
  const [first, second] = [await world.startGateway(), await world.startGateway()]
  const token = await world.auth.token()
  const original = await create(first, token, 'key-1')
  t.equal(original.status, 201)
  const body = await original.text()
  for (const gateway of [first, second]) {
    const repeated = await create(gateway, token, 'key-1')
    t.equal(repeated.status, 201)
    t.equal(await repeated.text(), body)
    t.equal(repeated.headers.get('idempotent-replayed'), 'true')
    t.match(repeated.headers.get('content-type'), 'application/json')
  }
  t.equal(world.chat.countOf('POST', '/api/v1/conversations'), 1)
})

t.test('twenty at once with one key are one request, and all get its answer', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const answers = await Promise.all(Array.from({ length: 20 }, () => create(gateway, token, 'key-1')))
  t.ok(answers.every(({ status }) => status === 201))
  t.equal(new Set(await Promise.all(answers.map((answer) => answer.text()))).size, 1)
  t.equal(world.chat.countOf('POST', '/api/v1/conversations'), 1)
})

t.test('the same key for another body or path is a 409; another user’s key is another key', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  t.equal((await create(gateway, token, 'key-1')).status, 201)
  for (const response of [
    await create(gateway, token, 'key-1', { title: 'Other' }),
    await create(gateway, token, 'key-1', { title: 'Hello' }, '/api/v1/messages/x/regenerate'),
  ]) {
    t.equal(response.status, 409)
    t.equal(await codeOf(response), 'idempotency_conflict')
  }
  t.equal((await create(gateway, await world.auth.token(), 'key-1', { title: 'Other' })).status, 201)
})

t.test('a refusal is not kept: the same key may be tried again', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ CHAT_URL: 'http://127.0.0.1:9' })
  const token = await world.auth.token()
  t.equal((await create(gateway, token, 'key-1')).status, 503)
  t.equal((await create(gateway, token, 'key-1')).status, 503, 'not 409')
  const healthy = await world.startGateway()
  t.equal((await create(healthy, token, 'key-1')).status, 201)
})

t.test('F-3 a key is forgotten after 24 h, and soon taken from a replica that died over it', async (t) => {
  const world = await startWorld(t)
  const pool = openPool({ url: world.database.url, applicationName: 'test' })
  t.teardown(() => pool.end())
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const age = (interval: string, status: number | null) =>
    pool.query('UPDATE idempotent_answer SET claimed_at = now() - $1::interval, status = $2', [interval, status])
  t.equal((await create(gateway, token, 'key-1')).status, 201)
  await age('25 hours', 201)
  t.equal((await create(gateway, token, 'key-1', { title: 'Other' })).status, 201)
  await age('9 seconds', null)
  t.equal((await create(gateway, token, 'key-1', { title: 'Other' })).status, 201, 'it waits until the claim is void')
  t.equal(world.chat.countOf('POST', '/api/v1/conversations'), 3)
})

t.test('a request that takes long keeps its key, and who waits too long is told so', async (t) => {
  const world = await startWorld(t)
  const pool = openPool({ url: world.database.url, applicationName: 'test' })
  t.teardown(() => pool.end())
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const { promise: isDone, resolve: goOn } = Promise.withResolvers<void>()
  world.chat.state.onCreate = () => isDone
  const first = create(gateway, token, 'key-1')
  await waitFor('the first request', () => world.chat.countOf('POST', '/api/v1/conversations') === 1)
  await pool.query("UPDATE idempotent_answer SET claimed_at = now() - interval '5 seconds'")
  const second = await create(gateway, token, 'key-1')
  t.equal(await codeOf(second), 'request_in_progress')
  t.ok(second.headers.get('retry-after'))
  goOn()
  t.equal((await first).status, 201)
  t.equal(world.chat.countOf('POST', '/api/v1/conversations'), 1)
})

t.test('A-23 a key that is none is a 400', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  for (const key of ['', ' ', 'two words', 'x'.repeat(256)]) t.equal((await create(gateway, token, key)).status, 400, JSON.stringify(key))
})

t.test('answers that carry secrets are never stored', async (t) => {
  const world = await startWorld(t)
  const pool = openPool({ url: world.database.url, applicationName: 'test' })
  t.teardown(() => pool.end())
  const gateway = await world.startGateway()
  const token = await world.auth.token()
  const headers = { 'idempotency-key': 'key-1', 'sec-fetch-site': 'same-origin' }
  await gateway.send('POST', '/api/v1/auth/login', { body: { email: 'ada@example.com', password: 'right' }, headers })
  await gateway.send('POST', '/api/v1/me/api-keys', { token, body: { name: 'x' }, headers })
  t.equal((await pool.query('SELECT 1 FROM idempotent_answer')).rowCount, 0)
})
