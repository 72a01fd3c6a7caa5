import { events } from '@parley/contracts'
import { createApiKey } from '@parley/principal'
import { waitFor } from '@parley/testing'
import { headers } from 'nats'
import t from 'tap'
import { v7 as newId } from 'uuid'
import type { SeenRequest } from './fake-service.ts'
import { codeOf, startWorld, type World } from './harness.ts'

/** A fact as the auth service's relay publishes it. */
async function publish(world: World, subject: string, message: object): Promise<void> {
  const facts = headers()
  facts.set('Nats-Msg-Id', newId())
  facts.set('Parley-Occurred-At', new Date().toISOString())
  await world.bus.jetstream.publish(subject, JSON.stringify({ ...message, occurredAt: new Date().toISOString() }), { headers: facts })
}

t.test('A-19 an API key opens the routes that take its scopes and no other, whoever it belongs to', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { text, userId } = world.apiKeys.create({ scopes: ['chat'], role: 'admin' })
  const seen = (await (await gateway.send('GET', '/api/v1/usage', { token: text })).json()) as SeenRequest
  t.match(seen.principal, { userId, role: 'admin', plan: 'free' })
  t.notOk('authorization' in seen.headers)

  const expected: [string, string, number, string?][] = [
    ['GET', '/api/v1/conversations', 200],
    ['GET', '/api/v1/search?q=x', 200],
    ['GET', '/api/v1/models', 403, 'insufficient_scope'],
    ['GET', '/api/v1/me', 403, 'api_key_not_accepted'],
    ['POST', '/api/v1/me/api-keys', 403, 'api_key_not_accepted'],
    ['POST', '/api/v1/auth/login', 403, 'api_key_not_accepted'],
    ['GET', '/api/v1/admin/bans', 403, 'api_key_not_accepted'],
    ['GET', '/api/v1/admin/usage/platform', 403, 'api_key_not_accepted'],
    ['GET', '/api/v1/billing/subscription', 403, 'api_key_not_accepted'],
    ['GET', '/api/v1/notifications', 403, 'api_key_not_accepted'],
    ['POST', '/api/v1/ws-ticket', 403, 'api_key_not_accepted'],
    ['GET', '/api/openapi.json', 403, 'api_key_not_accepted'],
  ]
  for (const [method, path, status, code] of expected) {
    const answer = await gateway.send(method, path, { token: text, ...(method === 'POST' && { body: {} }) })
    t.equal(answer.status, status, `${method} ${path}`)
    if (code) t.equal(await codeOf(answer), code, `${method} ${path}`)
  }
})

t.test('A-18 a typing error and a key in a cookie ask nobody; an unknown key is refused and asked for once', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { text } = world.apiKeys.create()
  const wrong = `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
  for (const token of [wrong, 'parley_', 'parley_me', text.toUpperCase()]) {
    const answer = await gateway.send('GET', '/api/v1/models', { token })
    t.equal(answer.status, 401, token)
  }
  t.equal((await gateway.fetch('/api/v1/models', { headers: { cookie: `parley_access=${text}` } })).status, 401)
  t.same(world.apiKeys.asked, [])

  const unknown = createApiKey().text
  for (let i = 0; i < 3; i++) t.equal(await codeOf(await gateway.send('GET', '/api/v1/models', { token: unknown })), 'invalid_api_key')
  t.equal(world.apiKeys.asked.length, 1)
})

t.test('A-4 a revoked key is refused on every replica within 5 s, though both knew it as good', async (t) => {
  const world = await startWorld(t)
  const replicas = [await world.startGateway(), await world.startGateway()]
  const { text, keyId, userId } = world.apiKeys.create()
  const other = world.apiKeys.create({ userId })
  const statuses = (token: string) =>
    Promise.all(replicas.map(async (gateway) => (await gateway.send('GET', '/api/v1/models', { token })).status))
  t.same(await statuses(text), [200, 200])
  t.same(await statuses(other.text), [200, 200])

  const revokedAtMs = Date.now()
  await publish(world, events.apiKeyRevoked.subject, { userId, keyId })
  await waitFor('the refusal', async () => (await statuses(text)).every((status) => status === 401))
  t.ok(Date.now() - revokedAtMs < 5_000)
  t.same(await statuses(other.text), [200, 200], 'the user’s other key goes on')
})

t.test('A-4 what ends a user’s sessions has the user’s keys looked at anew; a banned user’s keys are refused', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { text, userId, drop } = world.apiKeys.create()
  const status = async () => (await gateway.send('GET', '/api/v1/models', { token: text })).status
  t.equal(await status(), 200)
  const banned = world.apiKeys.create({ userId: newId() })
  t.equal((await gateway.send('GET', '/api/v1/models', { token: banned.text })).status, 200)

  drop()
  t.equal(await status(), 200, 'the control: it is remembered')
  await publish(world, events.sessionRevoked.subject, { userId, sessionIds: [newId()], reason: 'SESSION_REVOCATION_REASON_LOGGED_OUT' })
  t.ok(await waitFor('the account’s deletion', async () => (await status()) === 401))

  const admin = await world.auth.token({ role: 'admin' })
  const ban = { kind: 'user', subject: banned.userId, reason: 'test' }
  t.equal((await gateway.send('POST', '/api/v1/admin/bans', { token: admin, body: ban })).status, 201)
  t.equal((await gateway.send('GET', '/api/v1/models', { token: banned.text })).status, 403)
})

t.test('F-4 with auth away a known key goes on, an unknown one is told to wait', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const { text } = world.apiKeys.create()
  t.equal((await gateway.send('GET', '/api/v1/models', { token: text })).status, 200)
  await world.apiKeys.stop()
  t.equal((await gateway.send('GET', '/api/v1/models', { token: text })).status, 200)
  const answer = await gateway.send('GET', '/api/v1/models', { token: world.apiKeys.create().text })
  t.equal(answer.status, 503)
  t.ok(answer.headers.get('retry-after'))
})
