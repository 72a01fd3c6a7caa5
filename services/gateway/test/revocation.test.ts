import { events } from '@parley/contracts'
import { waitFor } from '@parley/testing'
import { headers } from 'nats'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { codeOf, type Gateway, startWorld, type World } from './harness.ts'

/** The fact as the auth service's relay publishes it. */
async function revoke(world: World, userId: string, sessionIds: string[], occurredAt = new Date()): Promise<void> {
  const facts = headers()
  facts.set('Nats-Msg-Id', newId())
  facts.set('Parley-Occurred-At', occurredAt.toISOString())
  const message = { userId, sessionIds, reason: 'SESSION_REVOCATION_REASON_LOGGED_OUT', occurredAt: occurredAt.toISOString() }
  await world.bus.jetstream.publish(events.sessionRevoked.subject, JSON.stringify(message), { headers: facts })
}

const statusOf = async (gateway: Gateway, token: string): Promise<number> => (await gateway.send('GET', '/api/v1/me', { token })).status

t.test('A-4 a revoked session is refused on every replica within 5 s, its sockets close with 4401, other sessions go on', async (t) => {
  const world = await startWorld(t)
  const replicas = [await world.startGateway(), await world.startGateway()]
  const [sub, sid] = [newId(), newId()]
  const revoked = await world.auth.token({ sub, sid })
  const other = await world.auth.token({ sub })
  const sockets = await Promise.all(replicas.map((gateway) => gateway.openSocket({ cookie: revoked })))
  const staying = await replicas[0]?.openSocket({ cookie: other })
  for (const gateway of replicas) t.equal(await statusOf(gateway, revoked), 200)

  const revokedAtMs = Date.now()
  await revoke(world, sub, [sid])
  for (const socket of sockets) t.equal(await socket.closeCode(), 4401)
  for (const gateway of replicas) t.equal(await statusOf(gateway, revoked), 401)
  t.ok(Date.now() - revokedAtMs < 5_000)
  for (const gateway of replicas) t.equal(await statusOf(gateway, other), 200)
  t.equal(staying?.socket.readyState, staying?.socket.OPEN)
})

t.test('A-4 a replica that starts later knows the revocations of the last token lifetime', async (t) => {
  const world = await startWorld(t)
  const [sub, sid] = [newId(), newId()]
  const token = await world.auth.token({ sub, sid })
  await revoke(world, sub, [sid])
  const gateway = await world.startGateway()
  t.ok(await waitFor('the refusal', async () => (await statusOf(gateway, token)) === 401))
})

t.test('A-4 revoking all sessions of a user ends those that began before, not the log-in right after', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const sub = newId()
  const before = await world.auth.token({ sub, sid: newId() })
  const socket = await gateway.openSocket({ cookie: before })
  await new Promise((resolve) => setTimeout(resolve, 2))
  const revokedAt = new Date()
  await new Promise((resolve) => setTimeout(resolve, 2))
  const after = await world.auth.token({ sub, sid: newId() })
  await revoke(world, sub, [], revokedAt)
  t.equal(await socket.closeCode(), 4401)
  t.equal(await statusOf(gateway, before), 401)
  t.equal(await statusOf(gateway, after), 200)
})

t.test('A-4 revocation works with Redis down, and by cookie as by Bearer token', async (t) => {
  const world = await startWorld(t, { env: { REDIS_URL: 'redis://127.0.0.1:9' } })
  const gateway = await world.startGateway()
  const [sub, sid] = [newId(), newId()]
  const token = await world.auth.token({ sub, sid })
  const byCookie = () => gateway.fetch('/api/v1/me', { headers: { cookie: `parley_access=${token}` } })
  t.equal((await byCookie()).status, 200)
  await revoke(world, sub, [sid])
  await waitFor('the refusal', async () => (await byCookie()).status === 401)
  t.equal(await codeOf(await byCookie()), 'unauthenticated')
})
