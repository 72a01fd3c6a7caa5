import { randomUUID } from 'node:crypto'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

const refresh = (refreshToken: string) => auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken } })
const revoked = (userId: string) => auth.events.next('evt.auth.session.revoked.v1', { userId })

t.test('A8 I see and change my profile', async (t) => {
  const person = await auth.signUp()
  const me = await auth.ask('GET', '/api/v1/me', { as: person })
  t.match(me, { status: 200, body: { user: { id: person.id, email: person.email, name: person.name, role: 'user', emailVerified: true } } })
  t.same(Object.keys(me.body.user).sort(), ['createdAt', 'email', 'emailVerified', 'id', 'name', 'plan', 'retention', 'role'])

  const changed = await auth.ask('PATCH', '/api/v1/me', { as: person, body: { name: 'Countess', locale: 'en-gb' } })
  t.match(changed, { status: 200, body: { user: { name: 'Countess' } } })
  t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body: { name: null } }), { body: { user: { name: null } } })
  t.match(await auth.sql('SELECT locale FROM user_account WHERE id = $1', [person.id]), [{ locale: 'en-GB' }])
})

t.test('B10 I choose how long my conversations are kept, and every change is told once with a version that grows', async (t) => {
  const person = await auth.signUp()
  const choose = (retention: unknown) => auth.ask('PATCH', '/api/v1/me', { as: person, body: { retention } })
  t.match(await auth.ask('GET', '/api/v1/me', { as: person }), { body: { user: { retention: 'keep' } } })

  t.match(await choose('keep'), { status: 200, body: { user: { retention: 'keep' } } }, 'no change')
  t.match(await choose('six_months'), { status: 200, body: { user: { retention: 'six_months', name: person.name } } })
  t.match(await choose('six_months'), { status: 200, body: { user: { retention: 'six_months' } } }, 'no change')
  t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body: { name: 'Ada' } }), { body: { user: { retention: 'six_months' } } })
  t.match(await choose('keep'), { status: 200, body: { user: { retention: 'keep' } } })

  const changed = () => auth.events.next('evt.auth.user.preferences-changed.v1', { userId: person.id })
  t.match(await changed(), { retention: 'RETENTION_SIX_MONTHS', version: '1', occurredAt: String })
  t.match(await changed(), { retention: 'RETENTION_KEEP', version: '2' })
  t.equal(auth.events.about(person.id).filter((subject) => subject.includes('preferences')).length, 2)
  t.match(await auth.ask('GET', '/api/v1/me', { as: person }), { body: { user: { retention: 'keep' } } })
})

t.test('B10 choices made at once end as one of them, and the last version told is that one', async (t) => {
  const person = await auth.signUp()
  const choices = ['six_months', 'keep', 'six_months', 'keep', 'six_months', 'keep']
  for (const { status } of await Promise.all(
    choices.map((retention) => auth.ask('PATCH', '/api/v1/me', { as: person, body: { retention } })),
  )) {
    t.equal(status, 200)
  }
  const [stored] = await auth.sql<{ retention: string; preferences_version: string }>(
    'SELECT retention, preferences_version FROM user_account WHERE id = $1',
    [person.id],
  )
  const version = stored?.preferences_version
  const told = await auth.events.next('evt.auth.user.preferences-changed.v1', { userId: person.id, version })
  t.equal(told.retention, stored?.retention === 'keep' ? 'RETENTION_KEEP' : 'RETENTION_SIX_MONTHS')
})

t.test('B10 a choice there is not is a 400 and changes nothing', async (t) => {
  const person = await auth.signUp()
  for (const retention of ['forever', '', null, 6, 'SIX_MONTHS']) {
    t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body: { retention } }), { status: 400, body: { code: 'invalid_request' } })
  }
  t.match(await auth.ask('GET', '/api/v1/me', { as: person }), { body: { user: { retention: 'keep' } } })
})

t.test('A-19 my role, plan and address are not mine to change', async (t) => {
  const person = await auth.signUp()
  for (const body of [{ role: 'admin' }, { plan: 'pro' }, { email: 'eve@example.com' }, { emailVerified: true }, { id: randomUUID() }]) {
    t.match(await auth.ask('PATCH', '/api/v1/me', { as: person, body }), { status: 400, body: { code: 'invalid_request' } })
  }
  t.match(await auth.ask('GET', '/api/v1/me', { as: person }), { body: { user: { role: 'user', plan: 'free', email: person.email } } })
})

t.test('A-19 nobody in particular has no profile and no sessions', async (t) => {
  const asks = [
    ['GET', '/api/v1/me'],
    ['PATCH', '/api/v1/me'],
    ['GET', '/api/v1/me/sessions'],
    ['DELETE', '/api/v1/me/sessions'],
  ] as const
  for (const [method, url] of asks) {
    const body = method === 'PATCH' ? { name: 'x' } : undefined
    t.match(await auth.ask(method, url, { body }), { status: 401, body: { code: 'unauthenticated' } })
  }
  const ghost = { user: { id: randomUUID() }, sessionId: randomUUID() }
  t.match(await auth.ask('GET', '/api/v1/me', { as: ghost }), { status: 401 }, 'an account that is gone')
})

t.test('A8 I see my sessions, the one I use marked, without my exact addresses', async (t) => {
  const person = await auth.signUp()
  const phone = { email: person.email, password: person.password }
  await auth.ask('POST', '/api/v1/auth/login', { body: phone, from: '203.0.113.77', userAgent: 'a phone' })
  const { status, body } = await auth.ask('GET', '/api/v1/me/sessions', { as: person })
  t.equal(status, 200)
  t.equal(body.nextCursor, null)
  t.match(body.items, [
    { userAgent: 'a phone', ipPrefix: '203.0.113.0/24', current: false },
    { id: person.sessionId, userAgent: 'a browser', current: true },
  ])
})

t.test('A8 I end one of my sessions: its refresh token is void at once and everybody is told', async (t) => {
  const person = await auth.signUp()
  const other = await auth.logIn(person)
  t.match(await auth.ask('DELETE', `/api/v1/me/sessions/${other.sessionId}`, { as: person }), { status: 204, text: '' })
  t.match(await revoked(person.id), { sessionIds: [other.sessionId], reason: 'SESSION_REVOCATION_REASON_LOGGED_OUT' })
  t.match(await refresh(other.refreshToken), { status: 401, body: { code: 'refresh_expired' } })
  t.equal((await refresh(person.refreshToken)).status, 200)
  t.match(await auth.ask('DELETE', `/api/v1/me/sessions/${other.sessionId}`, { as: person }), {
    status: 404,
    body: { code: 'session_not_found' },
  })
})

t.test('A-4 a session named in upper case ends as well, under the id that its tokens carry', async (t) => {
  const person = await auth.signUp()
  const other = await auth.logIn(person)
  t.equal((await auth.ask('DELETE', `/api/v1/me/sessions/${other.sessionId.toUpperCase()}`, { as: person })).status, 204)
  t.match(await revoked(person.id), { sessionIds: [other.sessionId] })
})

t.test('A-19 somebody else’s session is a 404 and goes on', async (t) => {
  const [owner, stranger] = [await auth.signUp(), await auth.signUp()]
  t.match(await auth.ask('DELETE', `/api/v1/me/sessions/${owner.sessionId}`, { as: stranger }), { status: 404 })
  t.equal((await refresh(owner.refreshToken)).status, 200)
})

t.test('A8 I end all of my sessions, nobody else’s', async (t) => {
  const [person, bystander] = [await auth.signUp(), await auth.signUp()]
  const other = await auth.logIn(person)
  t.equal((await auth.ask('DELETE', '/api/v1/me/sessions', { as: person })).status, 204)
  t.same(new Set((await revoked(person.id)).sessionIds as string[]), new Set([person.sessionId, other.sessionId]))
  for (const { refreshToken } of [person, other]) t.equal((await refresh(refreshToken)).status, 401)
  t.equal((await refresh(bystander.refreshToken)).status, 200)
  t.equal((await auth.ask('DELETE', '/api/v1/me/sessions', { as: person })).status, 204, 'nothing left to end is fine')
})

t.test('A2 logging out ends the session, by cookie or by access token, and twice is fine', async (t) => {
  const person = await auth.signUp()
  const logOut = () => auth.ask('POST', '/api/v1/auth/logout', { body: { refreshToken: person.refreshToken } })
  t.match(await logOut(), { status: 204, text: '' })
  t.match(await revoked(person.id), { sessionIds: [person.sessionId], reason: 'SESSION_REVOCATION_REASON_LOGGED_OUT' })
  t.match(await refresh(person.refreshToken), { status: 401, body: { code: 'refresh_expired' } })
  t.equal((await logOut()).status, 204)

  const byBearer = await auth.signUp()
  t.equal((await auth.ask('POST', '/api/v1/auth/logout', { as: byBearer })).status, 204)
  t.match(await revoked(byBearer.id), { sessionIds: [byBearer.sessionId] })
  t.equal((await auth.ask('POST', '/api/v1/auth/logout')).status, 204, 'with nothing at all')
})

t.test('A2 an old tab with an old token of the session can log out too', async (t) => {
  const person = await auth.signUp()
  const { refreshToken } = (await refresh((await refresh(person.refreshToken)).body.refreshToken)).body
  await auth.ask('POST', '/api/v1/auth/logout', { body: { refreshToken: person.refreshToken } })
  t.match(await refresh(refreshToken), { status: 401, body: { code: 'refresh_expired' } })
})
