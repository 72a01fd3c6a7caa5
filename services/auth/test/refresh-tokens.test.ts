import t from 'tap'
import { v7 as newId } from 'uuid'
import { createFamilyKey, createRefreshToken } from '../src/sessions/refresh-token.ts'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

const refresh = (refreshToken: string) => auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken } })

t.test('A-3 every refresh hands out another token and keeps the end of the session', async (t) => {
  const person = await auth.signUp()
  const first = await refresh(person.refreshToken)
  t.equal(first.status, 200)
  t.not(first.body.refreshToken, person.refreshToken)
  t.match(first.body, { user: { id: person.id }, expiresIn: 900 })
  t.ok(first.body.refreshExpiresIn <= 30 * 86_400)
  const second = await refresh(first.body.refreshToken)
  t.equal(second.status, 200)
  t.equal((await auth.ask('GET', '/api/v1/me/sessions', { as: person })).body.items.length, 1, 'it is still one session')
})

t.test('A-3 20 concurrent refreshes with one token log nobody out and agree on the next token', async (t) => {
  const person = await auth.signUp()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)))
  t.ok(answers.every(({ status }) => status === 200))
  const next = new Set(answers.map(({ body }) => body.refreshToken))
  t.equal(next.size, 1)
  t.equal(new Set(answers.map(({ body }) => body.accessToken)).size, 20, 'each has an access token of its own')
  t.equal((await refresh([...next][0])).status, 200)
  t.notOk(auth.events.about(person.id).includes('evt.auth.session.revoked.v1'))
})

t.test('A-3 the parent still works after 9 seconds and ends the family after 11', async (t) => {
  const person = await auth.signUp()
  const { body } = await refresh(person.refreshToken)
  const age = (interval: string) =>
    auth.sql('UPDATE session SET rotated_at = rotated_at - $2::interval WHERE id = $1', [person.sessionId, interval])
  await age('9 seconds')
  const late = await refresh(person.refreshToken)
  t.equal(late.status, 200)
  t.equal(late.body.refreshToken, body.refreshToken)
  await age('2 seconds')
  const tooLate = await refresh(person.refreshToken)
  t.equal(tooLate.status, 401)
  t.equal(tooLate.body.code, 'refresh_reused')
})

t.test('A-3 an old token replayed ends the family, is audited and told to everybody', async (t) => {
  const person = await auth.signUp()
  const second = (await refresh(person.refreshToken)).body.refreshToken
  const third = (await refresh(second)).body.refreshToken
  const replay = await refresh(person.refreshToken)
  t.equal(replay.status, 401)
  t.equal(replay.body.code, 'refresh_reused')

  t.match(await auth.events.next('evt.auth.session.revoked.v1', { userId: person.id }), {
    sessionIds: [person.sessionId],
    reason: 'SESSION_REVOCATION_REASON_REFRESH_REUSED',
  })
  const current = await refresh(third)
  t.equal(current.status, 401, 'the current token is void too')
  t.equal(current.body.code, 'refresh_reused')
  const entries = await auth.sql("SELECT 1 FROM audit_entry WHERE subject_id = $1 AND action = 'session.refresh_reused'", [person.id])
  t.equal(entries.length, 1, 'once, however often it is tried')
})

t.test('A-3 20 concurrent replays end the family once', async (t) => {
  const person = await auth.signUp()
  const second = (await refresh(person.refreshToken)).body.refreshToken
  await refresh(second)
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(person.refreshToken)))
  t.ok(answers.every(({ status, body }) => status === 401 && body.code === 'refresh_reused'))
  const entries = await auth.sql("SELECT 1 FROM audit_entry WHERE subject_id = $1 AND action = 'session.refresh_reused'", [person.id])
  t.equal(entries.length, 1)
})

t.test('A-3 a session ends 30 days after the log-in, refreshed or not', async (t) => {
  const person = await auth.signUp()
  const { body } = await refresh(person.refreshToken)
  await auth.sql('UPDATE session SET expires_at = now() WHERE id = $1', [person.sessionId])
  const answer = await refresh(body.refreshToken)
  t.equal(answer.status, 401)
  t.equal(answer.body.code, 'refresh_expired')
})

t.test('A-3 an invented token of a real session is refused and ends nothing', async (t) => {
  const person = await auth.signUp()
  const invented = createRefreshToken(person.sessionId, createFamilyKey())
  t.match(await refresh(invented.text), { status: 401, body: { code: 'refresh_expired' } })
  t.equal((await refresh(person.refreshToken)).status, 200)
})

t.test('A-3 what was never a refresh token is refused', async (t) => {
  for (const text of ['', 'x', 'null', '../../etc/passwd', '\0', createRefreshToken(newId(), createFamilyKey()).text]) {
    t.match(await refresh(text), { status: 401, body: { code: 'refresh_expired' } })
  }
  t.match(await auth.ask('POST', '/api/v1/auth/refresh', { body: {} }), { status: 401, body: { code: 'refresh_expired' } })
})
