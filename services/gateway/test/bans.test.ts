import { waitFor } from '@parley/testing'
import t from 'tap'
import { v7 as newId } from 'uuid'
import { codeOf, startWorld } from './harness.ts'

interface ShownBan {
  id: string
  kind: string
  subject: string
  createdBy: string
  liftedAt: string | null
}

t.test('R-5 a banned user is refused on every replica and the socket closes with 4403; lifted, all is as before', async (t) => {
  const world = await startWorld(t)
  const [first, second] = [await world.startGateway(), await world.startGateway()]
  const adminId = newId()
  const admin = await world.auth.token({ sub: adminId, role: 'admin' })
  const sub = newId()
  const token = await world.auth.token({ sub })
  const socket = await second.openSocket({ cookie: token })

  const created = await first.send('POST', '/api/v1/admin/bans', { token: admin, body: { kind: 'user', subject: sub, reason: 'spam' } })
  t.equal(created.status, 201)
  const { ban } = (await created.json()) as { ban: ShownBan }
  t.match(ban, { kind: 'user', subject: sub, createdBy: adminId, liftedAt: null })
  t.equal(await socket.closeCode(), 4403)
  for (const gateway of [first, second]) {
    const response = await gateway.send('GET', '/api/v1/me', { token })
    t.equal(response.status, 403)
    t.equal(await codeOf(response), 'banned')
    t.equal(await (await gateway.openSocket({ cookie: token })).closeCode(), 4403)
  }

  t.equal((await second.send('DELETE', `/api/v1/admin/bans/${ban.id}`, { token: admin })).status, 204)
  await waitFor('the pardon', async () => (await first.send('GET', '/api/v1/me', { token })).status === 200)
  t.equal((await second.send('DELETE', `/api/v1/admin/bans/${ban.id}`, { token: admin })).status, 404)
  const list = (await (await first.send('GET', '/api/v1/admin/bans', { token: admin })).json()) as { items: ShownBan[] }
  t.match(list.items, [{ id: ban.id, liftedAt: String }])
})

t.test('R-5 a banned address is refused before anything else, through trusted proxies only', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway({ TRUSTED_PROXIES: '127.0.0.1' })
  const admin = await world.auth.token({ role: 'admin' })
  const from = (ip: string) => gateway.send('GET', '/api/v1/billing/plans', { headers: { 'x-forwarded-for': ip } })
  const ban = (subject: string) =>
    gateway.send('POST', '/api/v1/admin/bans', { token: admin, body: { kind: 'ip', subject, reason: 'flood' } })
  t.equal((await ban('203.0.113.7')).status, 201)
  t.equal((await ban('2001:db8:1:2:3::4')).status, 201)
  t.equal((await from('203.0.113.7')).status, 403)
  t.equal((await from('203.0.113.8')).status, 200)
  t.equal((await from('2001:db8:1:2:ffff::1')).status, 403, 'the same /64')
  t.equal((await from('2001:db8:1:3::1')).status, 200)

  const direct = await world.startGateway()
  const claimed = await direct.send('GET', '/api/v1/billing/plans', { headers: { 'x-forwarded-for': '203.0.113.7' } })
  t.equal(claimed.status, 200, 'an untrusted client’s word about its address counts for nothing')
})

t.test('A-19 bans are for administrators; bad input is a 400', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const [user, admin] = [await world.auth.token(), await world.auth.token({ role: 'admin' })]
  const body = { kind: 'user', subject: newId(), reason: 'x' }
  t.equal((await gateway.send('POST', '/api/v1/admin/bans', { body })).status, 401)
  t.equal((await gateway.send('POST', '/api/v1/admin/bans', { token: user, body })).status, 403)
  t.equal((await gateway.send('GET', '/api/v1/admin/bans', { token: user })).status, 403)
  t.equal((await gateway.send('DELETE', `/api/v1/admin/bans/${newId()}`, { token: user })).status, 403)
  const bad = [
    { ...body, subject: 'ada' },
    { ...body, kind: 'ip', subject: '0.0.0.0/0' },
    { ...body, kind: 'ip', subject: 'localhost' },
    { ...body, expiresAt: 'tomorrow' },
    { ...body, extra: 1 },
    {},
  ]
  for (const wrong of bad)
    t.equal((await gateway.send('POST', '/api/v1/admin/bans', { token: admin, body: wrong })).status, 400, JSON.stringify(wrong))
})

t.test('a ban ends by itself at its time', async (t) => {
  const world = await startWorld(t)
  const gateway = await world.startGateway()
  const admin = await world.auth.token({ role: 'admin' })
  const sub = newId()
  const token = await world.auth.token({ sub })
  const expiresAt = new Date(Date.now() + 700).toISOString()
  await gateway.send('POST', '/api/v1/admin/bans', { token: admin, body: { kind: 'user', subject: sub, reason: 'cool down', expiresAt } })
  t.equal((await gateway.send('GET', '/api/v1/me', { token })).status, 403)
  await waitFor('the end of the ban', async () => (await gateway.send('GET', '/api/v1/me', { token })).status === 200)
})

t.test('R-5 bans are in force when a replica starts; it is not ready before it has read them', async (t) => {
  const world = await startWorld(t)
  const admin = await world.auth.token({ role: 'admin' })
  const sub = newId()
  const first = await world.startGateway()
  await first.send('POST', '/api/v1/admin/bans', { token: admin, body: { kind: 'user', subject: sub, reason: 'spam' } })
  const later = await world.startGateway()
  await waitFor('readiness', async () => (await later.fetch('/health/ready')).status === 200)
  t.equal((await later.send('GET', '/api/v1/me', { token: await world.auth.token({ sub }) })).status, 403)
  const blind = await world.startGateway({ DATABASE_URL: 'postgresql://nobody:nothing@127.0.0.1:9/none' })
  t.equal((await blind.fetch('/health/ready')).status, 503)
})
