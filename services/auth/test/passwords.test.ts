import { EmailPurpose } from '@parley/contracts'
import { aUser } from '@parley/testing'
import t from 'tap'
import { startAuth } from './harness.ts'

const auth = await startAuth()
t.teardown(auth.close)

const register = (password: unknown) => auth.ask('POST', '/api/v1/auth/register', { body: { email: aUser().email, password } })

t.test('A-11 8 to 128 characters are accepted, counted as people count', async (t) => {
  t.equal((await register('1q!Zx9_k')).status, 202, '8')
  t.equal((await register('x1'.repeat(64))).status, 202, '128')
  t.equal((await register('🦊'.repeat(128))).status, 202, '128 emoji')
  t.equal((await register('a passphrase \0 with a NUL')).status, 202, 'NUL')
  for (const [what, password] of Object.entries({
    7: '1q!Zx9_',
    129: `${'x1'.repeat(64)}y`,
    '7 emoji': '🦊'.repeat(7),
    'no text': 12345678,
  })) {
    const { status, body } = await register(password)
    t.equal(status, 400, what)
    t.match(body, { code: 'invalid_request', errors: [{ path: 'password' }] }, what)
  }
})

t.test('A-11 nothing is cut off: 128 characters that differ in the last are different passwords', async (t) => {
  const person = await auth.signUp(aUser({ password: `${'🦊'.repeat(127)}a` }))
  t.ok(await auth.logIn(person))
  const wrong = { email: person.email, password: `${'🦊'.repeat(127)}b` }
  t.equal((await auth.ask('POST', '/api/v1/auth/login', { body: wrong })).status, 401)
})

t.test('A-11 common passwords are refused, when signing up and when setting a new one', async (t) => {
  t.match(await register('Password1'), { status: 400, body: { code: 'password_too_common' } })
  const person = await auth.signUp()
  const token = await auth.mailToken(person.id, EmailPurpose.RESET_PASSWORD)
  const reset = (password: string) => auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password } })
  t.match(await reset('qwertyuiop'), { status: 400, body: { code: 'password_too_common' } })
  t.equal((await reset('a better one, this')).status, 204, 'the token was not used up by the refusal')
})

t.test('A-11 a body of 1 MB is refused unread', async (t) => {
  t.match(await register('x'.repeat(1_048_576)), { status: 413, body: { code: 'payload_too_large' } })
})

t.test('A-4 a new password ends every session and tells everybody; the old one is void', async (t) => {
  const person = await auth.signUp()
  const other = await auth.logIn(person)
  const token = await auth.mailToken(person.id, EmailPurpose.RESET_PASSWORD)
  const answer = await auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password: 'a completely new one' } })
  t.equal(answer.status, 204)
  t.equal(answer.text, '')

  const revoked = await auth.events.next('evt.auth.session.revoked.v1', { userId: person.id })
  t.equal(revoked.reason, 'SESSION_REVOCATION_REASON_PASSWORD_CHANGED')
  t.same(new Set(revoked.sessionIds as string[]), new Set([person.sessionId, other.sessionId]))
  for (const { refreshToken } of [person, other]) {
    t.match(await auth.ask('POST', '/api/v1/auth/refresh', { body: { refreshToken } }), { status: 401, body: { code: 'refresh_expired' } })
  }
  t.equal((await auth.ask('POST', '/api/v1/auth/login', { body: { email: person.email, password: person.password } })).status, 401)
  t.ok(await auth.logIn({ email: person.email, password: 'a completely new one' }))
})

t.test('A-4 a log-in under way with the old password does not outlive the new one', async (t) => {
  const person = await auth.signUp()
  const token = await auth.mailToken(person.id, EmailPurpose.RESET_PASSWORD)
  const { hasher } = auth.deps
  const { matches } = hasher
  // The reset happens between the comparison and the opening of the session.
  hasher.matches = async (...given) => {
    const isEqual = await matches(...given)
    hasher.matches = matches
    await auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password: 'faster than the thief' } })
    return isEqual
  }
  const late = await auth.ask('POST', '/api/v1/auth/login', { body: { email: person.email, password: person.password } })
  t.match(late, { status: 401, body: { code: 'invalid_credentials' } })
})

t.test('A-4 setting a password on an unconfirmed address confirms it: the mail has arrived', async (t) => {
  const person = await auth.register()
  const token = await auth.mailToken(person.id, EmailPurpose.RESET_PASSWORD)
  await auth.ask('POST', '/api/v1/auth/password/reset', { body: { token, password: 'set by the owner' } })
  t.ok(await auth.events.next('evt.auth.user.verified.v1', { userId: person.id }))
  t.ok((await auth.logIn({ email: person.email, password: 'set by the owner' })).user.emailVerified)
})
